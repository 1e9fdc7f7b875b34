"""Exact words and regular expressions in the texts of all pages, as Otter Wiki finds them.

It reads files of one commit, not the keyword index: that knows no frontmatter, and words, not places. Pages
are counted first, and only those that are shown are taken apart.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore

from otterwiki.gitstorage import StorageError

from wiki_app.catalog import CatalogView
from wiki_app.errors import NotFound, Unavailable
from wiki_app.finding import Marks
from wiki_app.names import ENDING, display, last_segment
from wiki_app.objects import SYMLINK
from wiki_app.otter.searching.pattern import MOST, Pattern
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import Entry

AT_ONCE = 2
"""Searches that read all pages at a time, and"""
PATIENCE = 3.0
"""seconds that another one waits."""
SHOWN = 200
"""Characters of the lines that are shown of a page, about."""

Line = tuple[int, str, Marks]
"""Number, text and where it matches."""


@dataclass(frozen=True)
class Match:
    """A page. `named` when its own name matches, without its folders'; `in_name` are places in the whole
    name, `count` matches in the text."""

    file: Entry
    name: str
    named: bool
    in_name: Marks
    count: int

    @property
    def order(self) -> tuple[bool, int, str]:
        """Otter Wiki's: pages whose names match, then by all matches."""
        return not self.named, -self.count - len(self.in_name), self.file.path


class ExactSearch:
    """Belongs to one storage; is called from many threads."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage
        self._places = BoundedSemaphore(AT_ONCE)

    def matches(self, pattern: Pattern, seen: Callable[[str], bool]) -> list[Match]:
        """All pages that match, best first. Unavailable when too many ask at a time."""
        if not self._places.acquire(timeout=PATIENCE):
            raise Unavailable("Several searches are reading all pages now; search again in a moment.")
        try:
            with self._storage.catalog_view() as view:
                found = list(self._found(view, pattern, seen))
        finally:
            self._places.release()
        return sorted(found, key=lambda one: one.order)

    def lines(self, match: Match, pattern: Pattern) -> list[Line | None]:
        """Lines from both ends of a page that match, about as many as are shown; None is a gap."""
        found = list(pattern.lines(self._text(match.file)))
        return list(_with_gaps(found, _chosen(found)))

    def _found(self, view: CatalogView, pattern: Pattern, seen: Callable[[str], bool]) -> Iterator[Match]:
        for file in view.snapshot.files():
            if not file.path.endswith(ENDING) or not seen(file.path.removesuffix(ENDING)):
                continue
            if pattern.is_late:
                return
            name = display(file.path.removesuffix(ENDING), view.rules)
            named = bool(pattern.in_name(last_segment(name)))
            in_name = pattern.in_name(name) if named else ()
            count = min(MOST, sum(len(marks) for _, _, marks in pattern.lines(self._text(file))))
            if named or count:
                yield Match(file, name, named, in_name, count)

    def _text(self, file: Entry) -> str:
        """A page's text; "" for what is no text."""
        try:
            if file.mode == SYMLINK:
                return self._storage.load(file.path)
            return self._storage.store_below.repository.blob(file.blob).decode("utf-8")
        except (StorageError, NotFound, UnicodeDecodeError):
            return ""


def _chosen(found: list[Line]) -> list[Line]:
    front: list[Line] = []
    back: deque[Line] = deque()
    rest = deque(found)
    while rest and sum(len(text) for _, text, _ in (*front, *back)) < SHOWN:
        front.append(rest.popleft())
        if rest:
            back.appendleft(rest.pop())
    return [*front, *back]


def _with_gaps(found: list[Line], chosen: list[Line]) -> Iterator[Line | None]:
    """The chosen lines, with a gap wherever lines of the page are left out between or before them."""
    before = -1
    for line in chosen:
        if line[0] > before + 1:
            yield None
        yield line
        before = line[0]
    if chosen and found[-1][0] > chosen[-1][0]:
        yield None
