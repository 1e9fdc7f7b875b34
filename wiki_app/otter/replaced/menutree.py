"""The HTML of the sidebar's page tree: made once a tree; what depends on the page shown is put in afterwards.

A page marks its own entry (`aria-current`) and opens the folders above it. The markup is that of Otter Wiki's
snippets/menutree.html, but for blanks between tags.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Protocol

from markupsafe import escape

CURRENT = ' aria-current="page"'
OPEN = "open"


class Entry(Protocol):
    """otterwiki.sidebar.SidebarPageIndexEntry."""

    path: str
    header: str
    children: "OrderedDict[str, Entry]"
    is_directory_symlink: bool


Entries = OrderedDict[str, Entry]


class MenuTree(OrderedDict[str, Entry]):
    """A finished tree. It is shared between requests: do not change it."""

    @cached_property
    def html(self) -> "TreeHtml":
        """Its HTML."""
        return TreeHtml(self)


class TreeHtml:
    """HTML with two kinds of gaps, by the lower-case path of the entry."""

    def __init__(self, tree: Entries) -> None:
        self._currents: dict[str, list[int]] = {}
        self._opens: dict[str, list[int]] = {}
        self._length = 0
        self.text = "".join(self._items(tree, 1))

    def _emit(self, text: str) -> str:
        self._length += len(text)
        return text

    def _items(self, entries: Entries, depth: int) -> Iterator[str]:
        for entry in entries.values():
            yield from self._folder(entry, depth) if entry.children else self._leaf(entry)

    def _leaf(self, entry: Entry) -> Iterator[str]:
        yield self._emit('<li><div class="summary-details">')
        yield from self._link(entry)
        yield self._emit("</div></li>\n")

    def _folder(self, entry: Entry, depth: int) -> Iterator[str]:
        yield self._emit("<li><details ")
        self._opens.setdefault(entry.path.lower(), []).append(self._length)
        yield self._emit('><summary class="sidebarmenu">')
        yield from self._link(entry)
        yield self._emit(f'</summary><ul class="sidebarmenu sidebarmenu-loop-{depth % 4}">\n')
        yield from self._items(entry.children, depth + 1)
        yield self._emit("</ul></details></li>\n")

    def _link(self, entry: Entry) -> Iterator[str]:
        yield self._emit(f'<a href="/{escape(entry.path)}"')
        self._currents.setdefault(entry.path.lower(), []).append(self._length)
        yield self._emit(f">{escape(entry.header)}</a>")

    def for_page(self, pagepath: str | None, *, all_open: bool) -> str:
        """The HTML as the page `pagepath` shows it."""
        here = (pagepath or "").lower()
        gaps = [(at, CURRENT) for at in self._currents.get(here, ()) if here]
        gaps += [(at, OPEN) for at in self._opened(here, all_open=all_open)]
        return self._filled(sorted(gaps))

    def _opened(self, here: str, *, all_open: bool) -> Iterable[int]:
        if all_open:
            return (at for places in self._opens.values() for at in places)
        # As Otter Wiki does it: every folder whose path the page's path begins with, "ab" for "abc" too.
        return (at for end in range(1, len(here) + 1) for at in self._opens.get(here[:end], ()))

    def _filled(self, gaps: list[tuple[int, str]]) -> str:
        parts: list[str] = []
        last = 0
        for at, text in gaps:
            parts += [self.text[last:at], text]
            last = at
        return "".join([*parts, self.text[last:]])
