"""Three-way merge of texts by lines."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wiki_app.lines import Match, matches, split_lines


class _Common(NamedTuple):
    """`size` lines that all three texts have, from these lines on."""

    base: int
    mine: int
    theirs: int
    size: int


def merge(base: str, mine: str, theirs: str) -> str | None:
    """The text with the changes of both sides since `base`; None when they overlap.

    Changes that touch, with no unchanged line between them, count as overlapping unless both sides made
    the same one. Line endings stay as they are.
    """
    texts = split_lines(base), split_lines(mine), split_lines(theirs)
    merged: list[str] = []
    at = _Common(0, 0, 0, 0)
    for common in _common(*texts):
        chunk = _chunk(
            *(text[start:stop] for text, start, stop in zip(texts, _ends(at), common[:3], strict=True))
        )
        if chunk is None:
            return None
        merged += chunk
        merged += texts[0][common.base : common.base + common.size]
        at = common
    return "".join(merged)


def _ends(common: _Common) -> tuple[int, int, int]:
    return common.base + common.size, common.mine + common.size, common.theirs + common.size


def _chunk(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    if base == mine:
        return theirs
    return mine if theirs in (base, mine) else None


def _common(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[_Common]:
    """Where both comparisons agree, in order, and an empty stretch at the end of the texts."""
    ours, others = matches(base, mine), matches(base, theirs)
    i = j = 0
    while i < len(ours) and j < len(others):
        start = max(ours[i].a, others[j].a)
        stop = min(_stop(ours[i]), _stop(others[j]))
        if start < stop:
            offset_mine, offset_theirs = ours[i].b - ours[i].a, others[j].b - others[j].a
            yield _Common(start, start + offset_mine, start + offset_theirs, stop - start)
        if _stop(ours[i]) < _stop(others[j]):
            i += 1
        else:
            j += 1
    yield _Common(len(base), len(mine), len(theirs), 0)


def _stop(match: Match) -> int:
    return match.a + match.size
