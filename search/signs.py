"""Which vectors may be near, told by the signs of their numbers, 64 at a time.

Signs that differ from the query's are counted, those of its larger numbers twice. Of 9,900 texts of the
evaluation and the large wiki, the twentieth with the fewest holds 99.1 % of the hundred nearest, the tenth
99.9 %, and both all of the ten nearest. What is chosen is compared exactly afterwards (docs/evaluation.md).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.embedder import Vectors

ROWS = 8_192
"""Vectors whose signs are taken at a time,"""
BLOCK = 16_384
"""and signs that are counted at a time, so that what is between stays in the cache."""
BITS = 64


class Signs:
    """The signs of vectors, in the order of another list that is changed in the same way."""

    def __init__(self, dimensions: int) -> None:
        self._words = -(-dimensions // BITS)
        self._columns = np.zeros((self._words, 0), np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, rows: NDArray[np.floating[Any]]) -> None:
        """Behind the others; the room doubles when it is full, so that a change costs what it changes."""
        self._make_room(len(rows))
        for start in range(0, len(rows), ROWS):
            part = rows[start : start + ROWS]
            self._columns[:, self._count : self._count + len(part)] = self._packed(part < 0).T
            self._count += len(part)

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Only those where `kept` is true, which move up."""
        left = self._columns[:, : self._count][:, kept]
        self._columns, self._count = left, left.shape[1]

    def nearest(self, query: Vectors, count: int) -> NDArray[np.uint8]:
        """A bitmap with about `count` bits set, more where several differ by the same number of signs.

        The lowest bit of the first byte is the first vector; `query` is one row.
        """
        differing = self._differing(query[0])
        sums = np.bincount(differing).cumsum()
        most = int(np.searchsorted(sums, min(count, self._count)))
        return np.packbits(differing <= most, bitorder="little")

    def _differing(self, query: Vectors) -> NDArray[np.uint16]:
        """How many signs are not the query's, those of its larger half of numbers counted twice."""
        signs = self._packed(query[None] < 0)[0]
        sizes = np.abs(query)
        large = self._packed((sizes > np.median(sizes))[None])[0]
        total = np.zeros(self._count, np.uint16)
        for start in range(0, self._count, BLOCK):
            part = total[start : min(start + BLOCK, self._count)]
            other, once, twice = (np.empty(len(part), kind) for kind in (np.uint64, np.uint8, np.uint8))
            for column, sign, mask in zip(self._columns, signs, large, strict=True):
                np.bitwise_xor(column[start : start + len(part)], sign, out=other)
                np.bitwise_count(other, out=once)
                np.bitwise_count(np.bitwise_and(other, mask, out=other), out=twice)
                part += np.add(once, twice, out=once)
        return total

    def _packed(self, negative: NDArray[np.bool_]) -> NDArray[np.uint64]:
        """A row of 64-bit words for each row of truths."""
        packed = np.zeros((len(negative), self._words * 8), np.uint8)
        found = np.packbits(negative, axis=1)
        packed[:, : found.shape[1]] = found
        return packed.view(np.uint64)

    def _make_room(self, more: int) -> None:
        needed, room = self._count + more, self._columns.shape[1]
        if needed > room:
            columns = np.zeros((self._words, max(needed, room + room // 2)), np.uint64)
            columns[:, : self._count] = self._columns[:, : self._count]
            self._columns = columns
