"""A found document as it is shown: its best sections, and which legs led to it."""

from collections.abc import Mapping, Sequence

from search.answers import Hit, Leg, Section
from search.fusion import Fused
from search.passages import Passage
from search.snippets import Highlighter

WORD_LIFT = 0.03
"""What a word of the query adds to the cosine of a section."""


def hit_of(
    found: Fused, passages: Sequence[Passage], cosines: Mapping[int, float], show: Highlighter, sections: int
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
        bool(found.exact),
        first.words,
        tuple(_section(one, cosines, show) for one in order[: max(1, sections)]),
    )


def _merit(one: Passage, cosines: Mapping[int, float], show: Highlighter) -> tuple[float, int]:
    """Nearness, lifted by each of the query's words that stands there; then the order in the text."""
    words = show.count("\n".join((*one.chunk.path, one.chunk.text)))
    return cosines.get(one.key, 0.0) + WORD_LIFT * words, -one.chunk.index


def _section(one: Passage, cosines: Mapping[int, float], show: Highlighter) -> Section:
    chunk = one.chunk
    return Section(
        chunk.section,
        chunk.path,
        chunk.also,
        chunk.index,
        chunk.count,
        chunk.text,
        show.snippet(chunk.text),
        cosines.get(one.key),
    )
