"""The stretches of a text that are not rendered as Markdown text: frontmatter, code, comments."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

_FRONTMATTER = re.compile(r"---[ \t]*\r?\n.*?^---[ \t\r]*$", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)
_LIST_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)")
_MAYBE_CODE = re.compile(r"^(?: {0,3}(?:```|~~~|\t)| {4})", re.MULTILINE)
_OPENING = re.compile(r"`+|<!--")
_COMMENT_END = re.compile(r"-->")
_TICKS = re.compile(r"`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

Span = tuple[int, int]


class Line(NamedTuple):
    """A line without its end; `start` is its offset in the text, `number` counts from 0."""

    number: int
    start: int
    text: str


def frontmatter_end(text: str) -> int:
    """The offset behind a leading `---` block, 0 without one. Whether it is valid YAML does not matter:
    links and headings in it are not rendered either way.
    """
    match = _FRONTMATTER.match(text)
    return match.end() if match else 0


def lines(text: str) -> Iterator[Line]:
    """The lines that are Markdown text: not frontmatter, not fenced or indented code."""
    blocks = _Blocks() if _MAYBE_CODE.search(text) else None
    position = 0
    begin = frontmatter_end(text)
    for number, line in enumerate(text.split("\n")):
        if position >= begin and not (blocks and blocks.is_code(line)):
            yield Line(number, position, line)
        position += len(line) + 1


def spans(text: str) -> list[Span]:
    """(start, end) of what is hidden, sorted and apart: where a `[[…]]` is no link."""
    hidden = list(_hidden_lines(text))
    if "`" not in text and "<!--" not in text:
        return hidden
    position = 0
    inline: list[Span] = []
    for start, end in [*hidden, (len(text), len(text))]:
        inline += _inline(text, position, start)
        position = max(position, end)
    return sorted([*hidden, *inline])


def covers(hidden: list[Span], position: int) -> bool:
    """Whether `position` lies inside one of the sorted spans."""
    index = bisect_right(hidden, position, key=itemgetter(0)) - 1
    return index >= 0 and position < hidden[index][1]


def _hidden_lines(text: str) -> Iterator[Span]:
    end = 0
    for line in lines(text):
        if line.start > end:
            yield (end, line.start)
        end = line.start + len(line.text) + 1
    if end < len(text):
        yield (end, len(text))


def _inline(text: str, start: int, stop: int) -> Iterator[Span]:
    """Code spans and comments of a stretch without code blocks (CommonMark 6.1: a run of backticks is
    closed by a run of the same length within the paragraph). Linear, however the text is made.
    """
    closings = _Closings(text, start, stop)
    position = start
    for token in _OPENING.finditer(text, start, stop):
        if token.start() < position:
            continue
        end = closings.of(token)
        if end is not None:
            yield (token.start(), end)
            position = end


class _Closings:
    """Where code spans and comments end, looked up in what one pass over the text found."""

    def __init__(self, text: str, start: int, stop: int) -> None:
        self._blank = [match.start() for match in _BLANK_LINE.finditer(text, start, stop)]
        self._comment = [match.end() for match in _COMMENT_END.finditer(text, start, stop)]
        self._ticks: dict[int, list[int]] = {}
        for match in _TICKS.finditer(text, start, stop):
            self._ticks.setdefault(len(match.group()), []).append(match.start())
        self._stop = stop

    def of(self, opening: re.Match[str]) -> int | None:
        """The end of what `opening` begins, None when it begins nothing."""
        length = len(opening.group())
        if opening.group()[0] == "<":
            return _next(self._comment, opening.end())
        start = _next(self._ticks[length], opening.end())
        paragraph_end = _next(self._blank, opening.end())
        if start is None or (paragraph_end is not None and start > paragraph_end):
            return None
        return start + length


def _next(positions: list[int], after: int) -> int | None:
    index = bisect_left(positions, after)
    return positions[index] if index < len(positions) else None


class _Blocks:
    """Follows fences, lists and indented code line by line, as far as code is concerned."""

    def __init__(self) -> None:
        self._fence = ""
        self._in_list = False
        self._after_blank = True

    def is_code(self, line: str) -> bool:
        if self._fence:
            self._close(line)
            return True
        opening = _FENCE.match(line)
        if opening:
            self._fence = opening.group(1)
            self._after_blank = True
            return True
        return self._is_indented(line)

    def _close(self, line: str) -> None:
        bare = line.strip()
        if bare.startswith(self._fence) and not bare.strip(self._fence[0]) and not _INDENTED.match(line):
            self._fence = ""

    def _is_indented(self, line: str) -> bool:
        if not line.strip():
            self._after_blank = True
            return False
        if _LIST_ITEM.match(line):
            self._in_list = True
        elif self._after_blank and not line[0].isspace():
            self._in_list = False
        indented = self._after_blank and not self._in_list and bool(_INDENTED.match(line))
        self._after_blank = indented
        return indented
