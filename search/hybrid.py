"""Words and meaning as one order: fused, asked again, smoothed over neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.agreement import agreed
from search.embedder import Vectors
from search.feedback import cosines, moved
from search.fusion import DEPTH, Fused, fuse
from search.keywords import Ranks
from search.meaning import Meaning
from search.passages import Passages
from search.threads import Lane

Nearness = Mapping[int, Mapping[int, float]]
"""By the number of a document the cosines of its chunks, by key."""
Firsts = Mapping[int, int]
"""By the number of a document the key of its first chunk, which stands for it."""
Known = Mapping[int, Vectors]
"""Vectors of chunks by key, of those that are at hand."""


@dataclass(frozen=True)
class Words:
    """What the leg by words found: ranks, the first chunks of these documents, and vectors of those."""

    found: Ranks
    firsts: Firsts
    vectors: Known


@dataclass(frozen=True)
class Sense:
    """What the leg by meaning found: the query's vector (one row), what is near to it, the first chunks of
    these documents, vectors of what is near, and how many chunks could not be found when it looked."""

    query: Vectors
    near: Nearness
    firsts: Firsts
    vectors: Known
    behind: int


def best_of(near: Nearness) -> dict[int, float]:
    """The best chunk counts for a document."""
    return {number: max(chunks.values()) for number, chunks in near.items() if chunks}


class Hybrid:
    """`weight` is the meaning's part in a score."""

    def __init__(self, passages: Passages, meaning: Meaning, weight: float, lane: Lane) -> None:
        self._passages = passages
        self._meaning = meaning
        self._weight = weight
        self._lane = lane

    async def order(self, words: Words, sense: Sense) -> list[Fused]:
        """All documents of both legs, best first."""
        ranks, exact = words.found.ranks, words.found.exact
        first = fuse(ranks, best_of(sense.near), exact, self._weight)
        chunks, vectors = await self._vectors(first, words, sense)
        query = moved(sense.query, first, chunks)
        every = cosines(query, [key for keys in sense.near.values() for key in keys], vectors)
        again = {
            number: {key: every[key] for key in keys if key in every} for number, keys in sense.near.items()
        }
        second = fuse(ranks, best_of(again), exact, self._weight)
        return agreed(second[:DEPTH], chunks) + second[DEPTH:]

    async def _vectors(
        self, found: list[Fused], words: Words, sense: Sense
    ) -> tuple[dict[int, Vectors], Known]:
        """Those of the documents' first chunks, by number, and those of the near chunks, by key."""
        known = {**words.firsts, **sense.firsts}
        firsts = {one.number: known[one.number] for one in found if one.number in known}
        new = [one.number for one in found if one.number not in known]  # chunked a moment ago, mostly
        if new:
            firsts |= await self._lane.run(self._passages.first_keys, new)
        vectors = {**words.vectors, **sense.vectors}
        missing = [key for key in firsts.values() if key not in vectors]
        if missing:
            vectors |= await self._meaning.vectors(missing)
        return {number: vectors[key] for number, key in firsts.items() if key in vectors}, vectors
