"""A model that understands nothing: texts that share words are near each other. For tests and trials.

It needs no file, gives the same vectors everywhere, counts what it is given, and can be told to fail.
"""

import asyncio
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from search.embedder import Model, Vectors
from search.errors import SearchUnavailable
from search.words import words


class StandInModel:
    """Each word has a direction of its own; a text is the mean of its words. `seen` are the texts, in order,
    that were not queries; `failure`, when set, is what every call says; `delay` is in seconds a call."""

    batch = 4
    parallel = 2

    def __init__(self, dimensions: int = 64, *, delay: float = 0.0) -> None:
        self.model = Model("stand-in", dimensions)
        self.seen: list[str] = []
        self.failure = ""
        self.delay = delay

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector a text, in order. Raises SearchUnavailable when it was told to fail."""
        await asyncio.sleep(self.delay)
        if self.failure:
            raise SearchUnavailable(self.failure)
        if not urgent:
            self.seen += texts
        return np.stack([self._vector(text) for text in texts])

    async def close(self) -> None:
        """Nothing to give back."""

    def _vector(self, text: str) -> Vectors:
        total = np.sum([self._direction(word) for word in words(text) or [""]], axis=0)
        return np.asarray(total / np.linalg.norm(total), np.float32)

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest())
        return np.random.default_rng(seed).standard_normal(self.model.dimensions).astype(np.float32)
