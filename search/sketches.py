"""Which vectors may be near, told by two bits of each number: its sign, and whether it is large.

The query stays as it is; each number of a vector counts as one of four values, two numbers together as one of
sixteen, and FAISS looks up what the sixteen are worth for this query, 32 vectors at a time. What is chosen by
the sums is compared exactly afterwards (recall: docs/evaluation.md). The four values and where they part are
those of least error for normally distributed numbers: J. Max, Quantizing for Minimum Distortion, 1960.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.halves import SIZE, Halves

Places = NDArray[np.int64]

CUT, SMALL, LARGE = 0.9816, 0.4528, 1.510
"""From where on a number is large, and what small and large ones count, in standard deviations."""
BLOCK = 32
"""Vectors that stand together: a byte has the same four bits of two of them, 16 apart,"""
ORDER = np.array([0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15])
"""in this order, as in every saved index of FAISS (faiss/impl/pq4_fast_scan.cpp, pq4_pack_codes)."""
BLOCKS = 64
"""Blocks that are made at a time, so that what is between stays in the cache."""


class Sketches:
    """Two bits a number, by the places of the vectors in another list that is changed first."""

    def __init__(self, faiss: Any, dimensions: int) -> None:
        """An even number of dimensions."""
        self.index = faiss.IndexPQFastScan(dimensions, dimensions // 2, 4, faiss.METRIC_INNER_PRODUCT)
        self._faiss = faiss
        self._bytes = -(-dimensions // 4)
        deviation = dimensions**-0.5
        self._cut = np.float16(CUT * deviation).view(np.int16)
        faiss.copy_array_to_vector(_worth(dimensions) * np.float32(deviation), self.index.pq.centroids)
        self.index.is_trained = True

    def follow(self, vectors: Halves, changed: Places) -> None:
        """The list is now `vectors`, a row each; those at the places `changed` are others than before."""
        blocks = np.unique(changed // BLOCK)
        all_blocks = -(-len(vectors) // BLOCK)
        table = self._of_length(all_blocks)
        self.index.ntotal, self.index.ntotal2 = len(vectors), all_blocks * BLOCK
        for start in range(0, len(blocks), BLOCKS):
            part = blocks[start : start + BLOCKS]
            places = (part[:, None] * BLOCK + np.arange(BLOCK)).ravel()
            table[part] = self._packed(vectors[np.minimum(places, len(vectors) - 1)])

    def _of_length(self, blocks: int) -> NDArray[np.uint8]:
        """FAISS's own memory, a row each block."""
        codes = self.index.codes
        codes.resize(blocks * self._bytes * BLOCK)
        if not blocks:
            return np.zeros((0, self._bytes, BLOCK), np.uint8)
        memory = self._faiss.rev_swig_ptr(codes.get(), codes.size())
        return np.asarray(memory).reshape(blocks, self._bytes, BLOCK)

    def _packed(self, vectors: Halves) -> NDArray[np.uint8]:
        bits = vectors.view(np.int16)
        large = (bits & np.int16(SIZE)) > self._cut
        codes = (_in_fours(bits >= 0) | _in_fours(large) << np.uint16(2)).view(np.uint8)[:, : self._bytes]
        columns = codes.reshape(-1, BLOCK, self._bytes).transpose(0, 2, 1)
        first, second = columns[..., ORDER], columns[..., ORDER + 16]
        return np.concatenate([first & 15 | second << 4, first >> 4 | second & 240], axis=2)


def _worth(dimensions: int) -> NDArray[np.float32]:
    """What two numbers count by their four bits: the signs below, above them which are large."""
    bits = np.arange(16)[:, None] >> np.arange(2)
    values = np.where(bits >> 2 & 1, LARGE, SMALL) * np.where(bits & 1, 1, -1)
    return np.tile(values.astype(np.float32), (dimensions // 2, 1)).ravel()


def _in_fours(truths: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """Two truths in the lower half of each four bits."""
    words = np.packbits(truths, axis=1, bitorder="little").astype(np.uint16)
    for shift, mask in ((4, 0x0F0F), (2, 0x3333)):
        words = (words | words << np.uint16(shift)) & np.uint16(mask)
    return words
