"""What the search page shows: the same shape for both ways of searching."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup
from otterwiki.helper import url_for

from wiki_app.catalog import CatalogView
from wiki_app.errors import InvalidInput
from wiki_app.finding import Finder, FoundPage, FoundSection
from wiki_app.names import resolve
from wiki_app.otter.searching.asked import LONGEST, MOST, PER_PAGE, Asked
from wiki_app.otter.searching.exact import ExactSearch, Line, Match
from wiki_app.otter.searching.marked import IN_NAME, cut, marked
from wiki_app.otter.searching.pattern import Pattern
from wiki_app.otter.storage import WikiStorage
from wiki_app.text import Heading
from wiki_app.text.anchors import anchor_of
from wiki_app.text.headings import plain

LONGEST_LINE = 300
"""Characters of a line that are shown."""
WHY = {"exact": "exact term", "keyword": "words", "meaning": "meaning"}


@dataclass(frozen=True)
class Passage:
    """Why a page is here: a section with its address and headings, or matching lines."""

    url: str
    headings: tuple[str, ...]
    text: Markup


@dataclass(frozen=True)
class Result:
    """One page. `folder` is what stands before its name, `why` a few words."""

    url: str
    title: Markup
    folder: str
    why: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Results:
    """One page of results. `total` counts all pages that match, of which `most` can be turned to;
    `sentences` say what a reader has to know about them."""

    found: tuple[Result, ...] = ()
    total: int = 0
    most: int = 0
    sentences: tuple[str, ...] = ()


class Searches:
    """Both ways of searching. Without a finder there are exact words only."""

    def __init__(self, storage: WikiStorage, finder: Finder | None) -> None:
        self._storage = storage
        self._finder = finder
        self._exact = ExactSearch(storage)

    def results(self, asked: Asked, caller: object) -> Results:
        """What a caller finds. Raises InvalidInput, Unavailable."""
        if asked.is_empty:
            return Results()
        if asked.mode == "hybrid" and self._finder:
            return self._by_meaning(self._finder, asked, caller)
        return self._by_text(asked, self._finder.seen_by(caller) if self._finder else _everything)

    def _by_meaning(self, finder: Finder, asked: Asked, caller: object) -> Results:
        limit = min(asked.first + PER_PAGE, MOST)
        found = finder.find(caller, asked.query[:LONGEST], limit)
        with self._storage.catalog_view() as view:  # after the search: it is not older than what was found
            shown = tuple(_pages(view, found.pages[asked.first :]))
        sentences = [found.notice and f"Searched by words only. {found.notice}"]
        if found.behind and not found.notice:
            parts = "1 part of a page is" if found.behind == 1 else f"{found.behind:,} parts of pages are"
            sentences.append(f"{parts} found by words only so far: the index by meaning is catching up.")
        if len(asked.query) > LONGEST:
            sentences.append(f"Only the first {LONGEST:,} characters were looked at.")
        return Results(shown, found.total, min(found.total, MOST), tuple(filter(None, sentences)))

    def _by_text(self, asked: Asked, seen: Callable[[str], bool]) -> Results:
        pattern = Pattern(asked)
        matches = self._exact.matches(pattern, seen)
        part = islice(matches, asked.first, asked.first + PER_PAGE)
        found = tuple(_of_match(match, self._exact.lines(match, pattern)) for match in part)
        late = "The search took too long and was stopped: there may be more. Ask for something simpler."
        return Results(found, len(matches), len(matches), (late,) if pattern.incomplete else ())


def _everything(_key: str) -> bool:
    return True


# By words and meaning


def _pages(view: CatalogView, pages: Iterable[FoundPage]) -> Iterator[Result]:
    for page in pages:
        key = _key(view, page.path)
        if key is None:
            continue  # gone in this moment
        url, outline = url_for("view", path=page.path), view.outline(key)
        passages = tuple(_passage(url, outline, section) for section in page.sections)
        folder = page.path.rpartition("/")[0]
        yield Result(passages[0].url, Markup.escape(page.title), folder, _why(page.why), passages)


def _key(view: CatalogView, path: str) -> str | None:
    try:
        key = resolve(path, view.rules, exists=lambda key: view.page(key) is not None)
    except InvalidInput:
        return None
    return key if view.page(key) else None


def _passage(url: str, outline: list[Heading], section: FoundSection) -> Passage:
    anchor = anchor_of(outline, section.path)
    headings = tuple(filter(None, (plain(title) for title in section.path)))
    return Passage(f"{url}#{anchor}" if anchor else url, headings, marked(section.snippet, section.marks))


def _why(legs: Sequence[str]) -> str:
    """In a reader's words; an exact term was found by words, too."""
    return " and ".join(WHY[leg] for leg in legs if not (leg == "keyword" and "exact" in legs))


# Exact words and regular expressions


def _of_match(match: Match, lines: list[Line | None]) -> Result:
    url = url_for("view", path=match.name)
    text = Markup(" ").join(_shown(line) for line in lines)
    return Result(
        url,
        marked(match.name, match.in_name, IN_NAME),
        "",
        _counted(match),
        (Passage(url, (), text),) if match.count else (),
    )


def _shown(line: Line | None) -> Markup:
    return Markup("[..]") if line is None else marked(*cut(line[1], line[2], LONGEST_LINE))


def _counted(match: Match) -> str:
    """As Otter Wiki says it."""
    matches = f"{match.count:,} match{'es' if match.count != 1 else ''}"
    if match.named:
        return f"Name and {matches} found" if match.count else "Name matches"
    return f"{matches} found"
