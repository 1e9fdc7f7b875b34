"""The whole app with its mounted wiki, in this process: one for all tests (DECISIONS 3)."""

import functools
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.testclient import TestClient

from gateway.app import served
from gateway.settings import Settings, load_settings
from tests.functional.through import CLIENT, Chosen
from tests.secret_search import watch

ADDRESS = "http://127.0.0.1:8080"


@functools.cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="wikibot-composed-")
    watch(Path(folder.name))
    return folder


def _client(settings: Settings) -> AbstractContextManager[Any]:
    if Chosen.way == "lambda":
        from tests.functional.through_lambda import lambda_client  # only where it is asked for

        return lambda_client(settings, ADDRESS)
    return TestClient(served(settings), base_url=ADDRESS, client=CLIENT)


@contextmanager
def composed() -> Iterator[tuple[httpx.Client, Settings]]:
    """A client of the app over a new data folder, as the owner on this machine."""
    settings = load_settings(data=Path(_folder().name) / "data", host="127.0.0.1", log_level="WARNING")
    before = dict(os.environ)
    try:
        with _client(settings) as client:
            yield client, settings
    finally:
        os.environ.clear()  # Otter Wiki is told its settings through it; other tests read ours
        os.environ.update(before)
