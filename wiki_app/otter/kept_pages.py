"""Answers in memory, of one state of the wiki at a time and within a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from wiki_app.otter.pieces import Pieces

PER_PAGE = 600
"""Bytes that a kept page takes beside its pieces."""


class Sized(Protocol):
    """What is kept knows how much it takes."""

    @property
    def size(self) -> int: ...


Page = TypeVar("Page", bound=Sized)


@dataclass(frozen=True)
class KeptPage:
    """A page and what viewing it does to the session."""

    pieces: Pieces
    mimetype: str
    crumb: str | None

    @property
    def size(self) -> int:
        """Bytes kept for this page alone."""
        return self.pieces.size + PER_PAGE


class KeptPages(Generic[Page]):
    """At most `limit` bytes of pages, all of one state (the tip, and what else all of them depend on): each
    commit empties it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._state: Hashable = None
        self._bytes = 0

    def get(self, state: Hashable, key: Hashable) -> Page | None:
        """The page kept under the key for this state."""
        with self._lock:
            page = self._pages.get(key) if state == self._state else None
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, state: Hashable, key: Hashable, page: Page) -> None:
        """Keeps a page, and drops those not seen for longest."""
        with self._lock:
            if state != self._state:
                self._pages.clear()
                self._state, self._bytes = state, 0
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._limit and self._pages:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= page.size
