"""nDCG and recall of a ranked list, as the literature takes them."""

from collections.abc import Mapping, Sequence
from math import log2

DEPTH = 10


def ndcg(ranked: Sequence[str], gains: Mapping[str, int], depth: int = DEPTH) -> float:
    """Gain discounted by log2(place + 1), as a part of the best possible; gains are linear (trec_eval)."""
    best = sum(gain / log2(place + 2) for place, gain in enumerate(sorted(gains.values())[::-1][:depth]))
    found = sum(gains.get(one, 0) / log2(place + 2) for place, one in enumerate(ranked[:depth]))
    return found / best if best else 0.0


def recall(ranked: Sequence[str], gains: Mapping[str, int], depth: int = DEPTH) -> float:
    """Which part of the texts with any gain stands among the first."""
    wanted = {one for one, gain in gains.items() if gain > 0}
    return len(wanted.intersection(ranked[:depth])) / len(wanted) if wanted else 0.0
