"""Documents that say the same support each other: scores smoothed over neighbours.

Score regularisation (Diaz, "Regularizing ad hoc retrieval scores", CIKM 2005): texts that are near each
other answer the same questions, so a part of each score is the mean of its neighbours' scores. What was
measured is in docs/evaluation.md.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from search.embedder import Vectors
from search.fusion import Fused

NEIGHBOURS_WEIGHT = 0.4
"""Part of the neighbours in a score."""
SHARPNESS = 8
"""Power of the cosine: the higher, the fewer are neighbours."""


def agreed(found: list[Fused], vectors: Mapping[int, Vectors]) -> list[Fused]:
    """The same documents with smoothed scores, best first, exact ones before all.

    `vectors` has one of length 1 for each document's number; those without one keep their score.
    """
    known = [one for one in found if one.number in vectors]
    if len(known) < 2:
        return found
    scores = _smoothed(
        np.array([one.score for one in known]), np.stack([vectors[one.number] for one in known])
    )
    smoothed = {one.number: float(score) for one, score in zip(known, scores, strict=True)}
    again = [replace(one, score=smoothed.get(one.number, one.score)) for one in found]
    return sorted(again, key=lambda one: (-one.exact, -one.score, one.number))


def _smoothed(scores: NDArray[np.float64], vectors: Vectors) -> NDArray[np.float64]:
    near = np.maximum(vectors @ vectors.T, 0.0).astype(np.float64) ** SHARPNESS
    np.fill_diagonal(near, 0.0)
    sums = near.sum(axis=1)
    around = np.divide(near @ scores, sums, out=scores.copy(), where=sums > 0)
    return np.asarray((1 - NEIGHBOURS_WEIGHT) * scores + NEIGHBOURS_WEIGHT * around)
