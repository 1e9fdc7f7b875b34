"""A found document as it is shown: its best sections, and which legs led to it."""

import re
from collections.abc import Mapping, Sequence

from search.answers import Hit, Leg, Section
from search.chunks import Chunk, Path
from search.fusion import Fused
from search.passages import Passage
from search.snippets import Highlighter

WORD_LIFT = 0.03
"""What a word of the query adds to the cosine of a section."""

_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def hit_of(
    found: Fused,
    passages: Sequence[Passage],
    cosines: Mapping[int, float],
    show: Highlighter,
    sections: int,
    *,
    exact: bool,
) -> Hit:
    """`cosines` are those of the document's chunks that were near, by key; `passages` has one at least.

    Sections that are near are shown, or those with most words of the query where none is.
    """
    near = [one for one in passages if one.key in cosines]
    order = sorted(near or passages, key=lambda one: _merit(one, cosines, show), reverse=True)
    legs: list[Leg] = []
    if found.keyword is not None or found.exact:
        legs.append("keyword")
    if found.meaning is not None:
        legs.append("meaning")
    first = passages[0]
    return Hit(
        first.chunk.document,
        first.title,
        found.score,
        tuple(legs),
        exact,
        first.words,
        tuple(_section(one, cosines, show) for one in order[: max(1, sections)]),
    )


def _merit(one: Passage, cosines: Mapping[int, float], show: Highlighter) -> tuple[float, int]:
    """Nearness, lifted by each of the query's words that stands there; then the order in the text."""
    words = show.count("\n".join((*one.chunk.path, one.chunk.text)))
    return cosines.get(one.key, 0.0) + WORD_LIFT * words, -one.chunk.index


def _section(one: Passage, cosines: Mapping[int, float], show: Highlighter) -> Section:
    chunk = one.chunk
    path = _place(chunk, show)
    return Section(
        path[-1] if path else "",
        path,
        tuple(other for other in (*chunk.also, chunk.path) if other != path),
        chunk.index,
        chunk.count,
        chunk.text,
        show.snippet(chunk.text),
        cosines.get(one.key),
    )


def _place(chunk: Chunk, show: Highlighter) -> Path:
    """Of the short sections that stand in one chunk, the one with most of the query's words."""
    if not chunk.also:
        return chunk.path
    first, *rest = _HEADING.split(chunk.text)
    by_name = {path[-1]: path for path in (*chunk.also, chunk.path) if path}
    best, found = show.count("\n".join((*chunk.also[0][-1:], first))), chunk.also[0]
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        words = show.count(f"{name}\n{text}")
        if words > best and name in by_name:
            best, found = words, by_name[name]
    return found if best else chunk.path
