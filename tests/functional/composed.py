"""The whole app with its mounted wiki, in this process: one for all tests (DECISIONS 3)."""

import functools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from gateway.app import served
from gateway.settings import Settings, load_settings
from tests.secret_search import watch

ADDRESS = "http://127.0.0.1:8080"


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="wikibot-composed-")
    watch(Path(folder.name))
    return folder


@contextmanager
def composed() -> Iterator[tuple[TestClient, Settings]]:
    """A client of the app over a new data folder, as the owner on this machine."""
    settings = load_settings(data=Path(_folder().name) / "data", host="127.0.0.1", log_level="WARNING")
    before = dict(os.environ)
    try:
        with TestClient(served(settings), base_url=ADDRESS, client=("127.0.0.1", 50000)) as client:
            yield client, settings
    finally:
        os.environ.clear()  # Otter Wiki is told its settings through it; other tests read ours
        os.environ.update(before)
