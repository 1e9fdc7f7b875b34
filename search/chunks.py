"""A Markdown text as chunks: its sections, long ones in pieces that overlap, short ones joined.

Sizes are in words (white-space separated). They were measured on the evaluation sets
(docs/evaluation.md); a chunk should fit the 256 tokens of the default model.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.documents import Document

WHOLE = 300
"""A section of at most so many words stays one chunk."""
TARGET = 150
"""Words of a piece of a longer section."""
OVERLAP = 32
"""Words of a piece that stand at the end of the one before it too."""
STUB = 50
"""A section of fewer words joins the next one."""
LONGEST = 2_000
"""Characters without a break after which a text is cut all the same."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")
_SENTENCES = re.compile(r"(?<=[.!?:;])\s+|\n|(?<=[。！？])")


Path = tuple[str, ...]
"""The headings above a text, outermost first."""


@dataclass(frozen=True)
class Chunk:
    """A piece of a document. `path` is its section; `also` are shorter ones before it that it holds.

    `index` counts from 0 among `count` chunks.
    """

    document: str
    index: int
    count: int
    path: Path
    also: tuple[Path, ...]
    text: str

    @property
    def section(self) -> str:
        """The innermost heading, or "" before the first."""
        return self.path[-1] if self.path else ""

    @property
    def embedded(self) -> str:
        """What the model gets to read: where the text stands, then the text.

        It says nothing of the document's id, so that a rename changes no vector.
        """
        return "\n".join((" > ".join(self.path), self.text)).strip()


@dataclass(frozen=True)
class _Section:
    path: Path
    text: str
    also: tuple[Path, ...] = ()

    @property
    def words(self) -> int:
        return len(self.text.split())


def chunks_of(document: Document) -> list[Chunk]:
    """The chunks of a document in order; a document without any text has none."""
    pieces = [piece for section in _joined(_sections(document)) for piece in _cut(section)]
    return [
        Chunk(document.id, index, len(pieces), piece.path, piece.also, piece.text)
        for index, piece in enumerate(pieces)
    ]


def _sections(document: Document) -> Iterator[_Section]:
    """The parts between ATX headings outside of fences (CommonMark 4.2, 4.5)."""
    above: list[tuple[int, str]] = [(0, document.heading)] if document.heading else []
    lines: list[str] = []
    fence = ""
    for line in document.body.splitlines():
        fence = _fence(line, fence)
        heading = None if fence else _HEADING.fullmatch(line)
        if heading is None:
            lines.append(line)
            continue
        yield _section(above, lines)
        level, title = len(heading[1]), (heading[2] or "").strip()
        above = [*(one for one in above if one[0] < level), (level, title)]
        lines = []
    yield _section(above, lines)


def _section(above: list[tuple[int, str]], lines: list[str]) -> _Section:
    titles = [title for _, title in above if title]
    twice = len(titles) > 1 and titles[0] == titles[1]  # a title in the frontmatter and as a heading
    return _Section(tuple(titles[1:] if twice else titles), "\n".join(lines).strip())


def _fence(line: str, fence: str) -> str:
    """The fence that is open after this line; "" when none is."""
    mark = _FENCE.match(line)
    if mark is None:
        return fence
    if not fence:
        return mark[1]
    closes = mark[1].startswith(fence) and not line.strip().strip(fence[0])
    return "" if closes else fence


def _joined(sections: Iterable[_Section]) -> Iterator[_Section]:
    """Stubs are joined to the next section; a heading over nothing but other headings says nothing itself."""
    waiting: _Section | None = None
    for section in sections:
        joined = section if waiting is None else _join(waiting, section)
        waiting = None if joined.words >= STUB else joined
        if waiting is None:
            yield joined
    if waiting is not None and (waiting.text or waiting.path):
        yield waiting


def _join(stub: _Section, section: _Section) -> _Section:
    """The section with the stub before it, under the stub's heading."""
    if not stub.text:
        above = stub.path == section.path[: len(stub.path)]
        also = stub.also if above else (*stub.also, stub.path)
        return _Section(section.path, section.text, tuple(path for path in also if path))
    title = section.path[-1] if section.path else ""
    text = f"{stub.text}\n\n{'#' * len(section.path)} {title}\n{section.text}"
    return _Section(section.path, text, (*stub.also, stub.path))


def _cut(section: _Section) -> Iterator[_Section]:
    """A long section in pieces; what was joined to it stands in the first."""
    if section.words <= WHOLE and len(section.text) <= LONGEST:
        yield section
        return
    also = section.also
    for text in _packed(_units(section.text)):
        yield _Section(section.path, text, also)
        also = ()


def _packed(units: Iterable[str]) -> Iterator[str]:
    """Units put together up to the target, each piece beginning with the end of the one before."""
    piece: list[str] = []
    fresh = 0
    for unit in units:
        words = len(unit.split())
        full = fresh + words > TARGET or sum(map(len, piece)) + len(unit) > LONGEST
        if fresh and full:
            yield "\n\n".join(piece)
            piece, fresh = [_tail("\n\n".join(piece))], 0
        piece.append(unit)
        fresh += words
    yield "\n\n".join(piece)


def _tail(text: str) -> str:
    """The last words of a text, so many as overlap, and no more than a fifth of the hard cap."""
    return " ".join(text.split()[-OVERLAP:])[-LONGEST // 5 :]


def _units(text: str) -> Iterator[str]:
    """Paragraphs, or sentences of long ones, or parts of a text that has no break at all."""
    for paragraph in _PARAGRAPHS.split(text):
        if len(paragraph.split()) <= TARGET and len(paragraph) <= LONGEST:
            yield paragraph
            continue
        for sentence in _SENTENCES.split(paragraph):
            yield from _parts(sentence)


def _parts(text: str) -> Iterator[str]:
    """A text in parts of at most the target's words and the hard cap's characters."""
    words = text.split()
    if len(words) <= TARGET and len(text) <= LONGEST:
        if words:
            yield text
        return
    for start in range(0, len(words), TARGET):
        part = " ".join(words[start : start + TARGET])
        yield from (part[begin : begin + LONGEST] for begin in range(0, len(part), LONGEST))
