"""What turns a text into a vector: the contract of every embedding model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row a text, each of length 1: the inner product of two is their cosine."""


@dataclass(frozen=True)
class Model:
    """Which vectors may be compared: those of one model, one number of dimensions, one file.

    `fingerprint` is the hash of what computes them (the model's file), or "" where only its owner has it.
    """

    id: str
    dimensions: int
    fingerprint: str = ""

    @property
    def key(self) -> str:
        """One string for all three; another model never has the same."""
        return f"{self.id}/{self.dimensions}/{self.fingerprint[:16]}"


def matrix(vectors: Sequence[Vectors]) -> Vectors:
    """Single vectors as rows, one at the least: a third of the time of np.stack, which looks at each."""
    return np.concatenate(vectors).reshape(len(vectors), -1)


class Embedder(Protocol):
    """A model at work. Methods may be awaited from several tasks at once and never block the loop."""

    @property
    def model(self) -> Model: ...

    @property
    def batch(self) -> int:
        """How many texts to hand over at once: all of a batch are lost when one fails."""
        ...

    @property
    def parallel(self) -> int:
        """How many batches of background work to have under way."""
        ...

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector a text, in order. `urgent` goes before background work.

        Raises SearchUnavailable when the model does not answer; nothing is half done then.
        """
        ...

    async def close(self) -> None: ...
