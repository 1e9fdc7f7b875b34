"""Rendering in several threads: Otter Wiki keeps what it renders in objects that all threads share."""

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from otterwiki.plugins import plugin_manager

_LOCK = threading.RLock()

STATE = ("page", "preview", "attachments")
"""What the plugins that Otter Wiki brings remember of `page_render_context` (2.26.1)."""


def one_at_a_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """OtterwikiRenderer.markdown in one thread at a time: its table of contents and its page address are
    attributes. It is all Python, so threads would take turns anyway.
    """

    @wraps(original)
    def alone(*args: Any, **kwargs: Any) -> Any:
        with _LOCK:
            return original(*args, **kwargs)

    return alone


class PerThread:
    """An attribute with a value for each thread; unset, it is not there. For classes with one instance."""

    def __init__(self) -> None:
        self._values = threading.local()

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self._values.value

    def __set__(self, instance: object, value: Any) -> None:
        self._values.value = value


def separate_plugins() -> None:
    """Lets the plugins that Otter Wiki brings remember a page for each thread."""
    for plugin in plugin_manager.get_plugins():
        kind = type(plugin)
        if kind.__module__.startswith("otterwiki.") and hasattr(kind, "page_render_context"):
            for name in STATE:
                setattr(kind, name, PerThread())
