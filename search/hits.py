"""A found document as it is shown: its best sections, and which legs led to it."""

from collections.abc import Mapping, Sequence

from search.answers import Hit, Leg, Section
from search.fusion import Fused
from search.passages import Passage
from search.snippets import Highlighter


def hit_of(
    found: Fused, passages: Sequence[Passage], cosines: Mapping[int, float], show: Highlighter, sections: int
) -> Hit:
    """`cosines` are those of the document's chunks that were near, by key; `passages` has one at least.

    Sections that are near come first, then those with most words of the query.
    """
    order = sorted(passages, key=lambda one: _merit(one, cosines, show), reverse=True)
    shown = [one for one in order if one.key in cosines or any(show.count(one.chunk.text))]
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
        tuple(_section(one, cosines, show) for one in (shown or order)[: max(1, sections)]),
    )


def _merit(one: Passage, cosines: Mapping[int, float], show: Highlighter) -> tuple[float, int, int, int]:
    """Nearness, lifted by the part of the query's words that stand there."""
    different, often = show.count(" ".join((*one.chunk.path, one.chunk.text)))
    return cosines.get(one.key, 0.0) + 0.05 * different, different, often, -one.chunk.index


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
