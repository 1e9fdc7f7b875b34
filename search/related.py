"""What else says something like a document: the nearest others, from vectors that are there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from search.documents import Filter
from search.embedder import Vectors
from search.meaning import Meaning
from search.passages import Passages
from search.threads import Lane

AROUND = 60
"""Chunks beside the document's own whose documents are compared."""
LEAST = 0.4
"""Cosine below which two documents have nothing to do with each other (docs/search.md)."""


@dataclass(frozen=True)
class Neighbour:
    """Another document, and the cosine between the means of the two documents' chunks."""

    id: str
    title: str
    cosine: float


class Related:
    """Finds the neighbours of a document. Nothing is embedded: what has no vector yet has no neighbours."""

    def __init__(self, passages: Passages, meaning: Meaning, lane: Lane) -> None:
        self._passages = passages
        self._meaning = meaning
        self._lane = lane

    async def of(self, id: str, limit: int, within: Filter) -> list[Neighbour]:
        """At most `limit` documents, nearest first, of those that stand now and lie within the filter."""
        await self._meaning.follow()
        number = await self._lane.run(self._passages.number_of, id)
        own = await self._means([number]) if number is not None else {}
        if number is None or number not in own:
            return []
        candidates = await self._candidates(number, own[number], within)
        means = await self._means(candidates)
        cosines = {other: float(mean @ own[number]) for other, mean in means.items()}
        best = sorted((other for other in cosines if cosines[other] >= LEAST), key=lambda one: -cosines[one])
        names = await self._lane.run(self._passages.titles, best[:limit])
        return [Neighbour(*names[other], cosines[other]) for other in best[:limit] if other in names]

    async def _candidates(self, number: int, mean: Vectors, within: Filter) -> set[int]:
        """The documents of the chunks that are nearest to a document's mean."""
        own = await self._lane.run(self._passages.keys_of, [number])
        among = await self._lane.run(self._passages.keys_within, within) if within else None
        near = await self._meaning.nearest(mean[None], len(own.get(number, ())) + AROUND, among)
        found = await self._lane.run(self._passages.documents_of, [one.key for one in near], within)
        return {other for _, other, _ in found} - {number}

    async def _means(self, numbers: Iterable[int]) -> Mapping[int, Vectors]:
        """The means of the documents' vectors, of length 1; of documents without any, none."""
        keys = await self._lane.run(self._passages.keys_of, list(numbers))
        vectors = await self._meaning.vectors({key for part in keys.values() for key in part})
        means = {}
        for number, part in keys.items():
            rows = [vectors[key] for key in part if key in vectors]
            if rows:
                mean = np.mean(rows, axis=0)
                means[number] = np.asarray(mean / np.linalg.norm(mean), np.float32)
        return means
