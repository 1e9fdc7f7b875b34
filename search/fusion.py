"""Two lists of documents into one: a convex combination of scores, exact terms first."""

from collections.abc import Mapping
from operator import itemgetter
from typing import NamedTuple

MEANING_WEIGHT = 0.4
"""Part of the meaning in the score; .3 to .5 differ by less than .003 (docs/evaluation.md)."""
DEPTH = 100
"""Documents of each leg that take part."""


class Fused(NamedTuple):
    """A document by its number. `score` lies between 0 and 1; a leg that did not find it is None.

    `keyword` is a rank (more is better, no bound), `meaning` a cosine. `exact` counts rare terms of the
    query that stand in it.
    """

    number: int
    score: float
    keyword: float | None
    meaning: float | None
    exact: int


def fuse(
    keyword: Mapping[int, float], meaning: Mapping[int, float], exact: Mapping[int, int], weight: float
) -> list[Fused]:
    """All documents of both legs, best first. `weight` is the meaning's part, 0 to 1."""
    words = _of_best(_top(keyword))
    sense = _stretched(_top(meaning))
    found = [
        Fused(
            number,
            weight * sense.get(number, 0.0) + (1 - weight) * words.get(number, 0.0),
            keyword.get(number),
            meaning.get(number),
            exact.get(number, 0),
        )
        for number in dict.fromkeys([*words, *sense])
    ]
    return best_first(found)


def best_first(found: list[Fused]) -> list[Fused]:
    """The same in the order of answers: those with more rare terms, then the better ones."""
    return sorted(found, key=lambda one: (-one.exact, -one.score, one.number))


def _top(scores: Mapping[int, float]) -> Mapping[int, float]:
    if len(scores) <= DEPTH:
        return scores
    return dict(sorted(scores.items(), key=itemgetter(1), reverse=True)[:DEPTH])


def _of_best(scores: Mapping[int, float]) -> dict[int, float]:
    """Each as a part of the best."""
    best = max(scores.values(), default=0.0)
    return {number: score / best if best > 0 else 0.0 for number, score in scores.items()}


def _stretched(scores: Mapping[int, float]) -> dict[int, float]:
    """From 0 for the worst to 1 for the best; a single one is the best."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {number: (score - low) / (high - low) if high > low else 1.0 for number, score in scores.items()}
