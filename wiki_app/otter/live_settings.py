"""Preferences that an admin page of another process has written, seen at the next request (DECISIONS 13)."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Protocol

from flask import Flask


class PreferencesTable(Protocol):
    """One reading of the table: the stored names and values."""

    @property
    def values(self) -> Mapping[str, str]: ...


class LiveSettings:
    """Lets Otter Wiki read its preferences again when they have changed."""

    def __init__(self, app: Flask, table: Callable[[], PreferencesTable], update: Callable[[], Any]) -> None:
        self._app = app
        self._table = table
        self._update = update
        self._lock = Lock()
        self._seen: Mapping[str, str] = {}

    @property
    def current(self) -> bool:
        """Whether Otter Wiki has read what stands in the table now."""
        return bool(self._table().values == self._seen)

    def refresh(self) -> None:
        """Called before each request: a comparison, rarely a query."""
        values = self._table().values
        if values == self._seen:
            return
        with self._lock:
            self._update()
            force(self._app)
            self._seen = values


def force(app: Flask) -> None:
    """What no preference may change: the old pull address can be guessed (AUTH.md section 4)."""
    app.config["GIT_REMOTE_PULL_URL_SECURE"] = True
