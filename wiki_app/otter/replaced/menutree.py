"""The HTML of the sidebar's page tree: made once a tree; what depends on the page shown is put in afterwards.

A page marks its own entry (`aria-current`) and opens the folders above it. The markup is that of Otter Wiki's
snippets/menutree.html, but for blanks between tags.
"""

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from markupsafe import escape
from otterwiki.sidebar import SidebarPageIndexEntry

from wiki_app.addresses import address

CURRENT = b' aria-current="page"'
OPEN = b"open"

Entries = OrderedDict[str, Any]
"""Names in one folder with their otterwiki.sidebar.SidebarPageIndexEntry."""


class Leaf(SidebarPageIndexEntry):  # type: ignore[misc] # otterwiki has no types
    """An entry without children, shared by all trees that have it: do not change it. It knows its HTML
    before and behind the gap.
    """

    __slots__ = ("after", "before", "children", "header", "is_directory_symlink", "lower", "path")

    def __init__(self, path: str, header: str) -> None:
        self.path = path
        self.header = header
        self.children = NONE
        self.is_directory_symlink = False
        self.lower = path.lower()
        self.before = f'<li><div class="summary-details"><a href="{_link(path)}"'.encode()
        self.after = f">{escape(header)}</a></div></li>\n".encode()


NONE: Entries = OrderedDict()


def _link(path: str) -> str:
    """As Otter Wiki writes it, unless that would lead elsewhere: it forgets to quote the name."""
    return str(escape(address(path) if set("?%#") & set(path) else f"/{path}"))


class MenuTree(Entries):
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
        self._parts: list[bytes] = []
        self._length = 0
        self._items(tree, 1)
        self.html = b"".join(self._parts)
        self._parts.clear()

    def _emit(self, text: str) -> None:
        html = text.encode()
        self._parts.append(html)
        self._length += len(html)

    def _items(self, entries: Entries, depth: int) -> None:
        parts, currents = self._parts, self._currents
        for entry in entries.values():
            if entry.children:
                self._folder(entry, depth)
                continue
            leaf = entry if isinstance(entry, Leaf) else Leaf(entry.path, entry.header)
            parts += (leaf.before, leaf.after)
            gap = self._length + len(leaf.before)
            currents.setdefault(leaf.lower, []).append(gap)
            self._length = gap + len(leaf.after)

    def _folder(self, entry: Any, depth: int) -> None:
        lower = entry.path.lower()
        self._emit("<li><details ")
        self._opens.setdefault(lower, []).append(self._length)
        self._emit(f'><summary class="sidebarmenu"><a href="{_link(entry.path)}"')
        self._currents.setdefault(lower, []).append(self._length)
        self._emit(f">{escape(entry.header)}</a></summary>")
        self._emit(f'<ul class="sidebarmenu sidebarmenu-loop-{depth % 4}">\n')
        self._items(entry.children, depth + 1)
        self._emit("</ul></details></li>\n")

    def for_page(self, pagepath: str | None, *, all_open: bool) -> list[bytes]:
        """The HTML as the page `pagepath` shows it, in pieces to be joined."""
        here = (pagepath or "").lower()
        gaps = [(at, CURRENT) for at in self._currents.get(here, ()) if here]
        gaps += [(at, OPEN) for at in self._opened(here, all_open=all_open)]
        return self._filled(sorted(gaps))

    def _opened(self, here: str, *, all_open: bool) -> Iterable[int]:
        if all_open:
            return (at for places in self._opens.values() for at in places)
        # As Otter Wiki does it: every folder whose path the page's path begins with, "ab" for "abc" too.
        return (at for end in range(1, len(here) + 1) for at in self._opens.get(here[:end], ()))

    def _filled(self, gaps: list[tuple[int, bytes]]) -> list[bytes]:
        parts: list[bytes] = []
        last = 0
        for at, html in gaps:
            parts += [self.html[last:at], html]
            last = at
        return [*parts, self.html[last:]]
