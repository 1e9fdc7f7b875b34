"""Rendered pages in memory, of one commit at a time and within a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from wiki_app.otter.pieces import Pieces

PER_PAGE = 600
"""Bytes that a kept page takes beside its pieces."""


@dataclass(frozen=True)
class KeptPage:
    """A page and what viewing it does to the session."""

    pieces: Pieces
    mimetype: str
    crumb: str | None


class KeptPages:
    """At most `limit` bytes of pages, all of one tip: each commit empties it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._pages: OrderedDict[Hashable, KeptPage] = OrderedDict()
        self._tip: str | None = None
        self._bytes = 0

    def get(self, tip: str | None, key: Hashable) -> KeptPage | None:
        """The page kept under the key for this tip."""
        with self._lock:
            page = self._pages.get(key) if tip == self._tip else None
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, tip: str | None, key: Hashable, page: KeptPage) -> None:
        """Keeps a page, and drops those not seen for longest."""
        with self._lock:
            if tip != self._tip:
                self._pages.clear()
                self._tip, self._bytes = tip, 0
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.pieces.size + PER_PAGE
            while self._bytes > self._limit and self._pages:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self._bytes -= page.pieces.size + PER_PAGE
