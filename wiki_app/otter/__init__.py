"""An Otter Wiki, mounted on our store."""

from wiki_app.otter.config import OtterConfig
from wiki_app.otter.start import WikiAlreadyStarted, WsgiApp, start_wiki

__all__ = ["OtterConfig", "WikiAlreadyStarted", "WsgiApp", "start_wiki"]
