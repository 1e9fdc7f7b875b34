"""Documents that say the same support each other: scores smoothed over neighbours.

Score regularisation (Diaz, "Regularizing ad hoc retrieval scores", CIKM 2005): texts that are near each
other answer the same questions, so a part of each score is the mean of its neighbours' scores. What was
measured is in docs/evaluation.md.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from search.embedder import Vectors, matrix
from search.fusion import Fused, best_first

NEIGHBOURS_WEIGHT = 0.4
"""Part of the neighbours in a score."""
SQUARED = 3
"""How often the cosine is squared, which makes its 8th power: the higher, the fewer are neighbours."""
ROWS = 6
"""Rows that are multiplied at a time: from 2¹⁸ products on OpenBLAS calls its threads together, and waits for
them 19 ms on a busy machine (p95) where one thread needs 0.2."""


def agreed(found: list[Fused], vectors: Mapping[int, Vectors]) -> list[Fused]:
    """The same documents with smoothed scores, best first, exact ones before all.

    `vectors` has one of length 1 for each document's number; those without one keep their score.
    """
    known = [one for one in found if one.number in vectors]
    if len(known) < 2:
        return found
    scores = _smoothed(np.array([one.score for one in known]), matrix([vectors[one.number] for one in known]))
    smoothed = dict(zip((one.number for one in known), scores.tolist(), strict=True))
    return best_first(
        [
            Fused(number, smoothed.get(number, score), keyword, meaning, exact)
            for number, score, keyword, meaning, exact in found
        ]
    )


def _smoothed(scores: NDArray[np.float64], vectors: Vectors) -> NDArray[np.float64]:
    near = np.maximum(_cosines(vectors), 0.0).astype(np.float64)
    for _ in range(SQUARED):
        near *= near
    np.fill_diagonal(near, 0.0)
    sums = near.sum(axis=1)
    around = np.divide(near @ scores, sums, out=scores.copy(), where=sums > 0)
    return np.asarray((1 - NEIGHBOURS_WEIGHT) * scores + NEIGHBOURS_WEIGHT * around)


def _cosines(vectors: Vectors) -> Vectors:
    """Of each with each."""
    parts = [vectors[start : start + ROWS] @ vectors.T for start in range(0, len(vectors), ROWS)]
    return np.concatenate(parts)
