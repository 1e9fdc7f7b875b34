"""Where vectors are sought: the contract of every vector index.

The index is derived: it holds vectors by the keys of their texts (63 bits of a hash) and nothing else, so
that FAISS in memory, a table of PostgreSQL with pgvector or a collection of Chroma can stand behind it.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from search.embedder import Vectors

Keys = NDArray[np.int64]


class Near(NamedTuple):
    """What is nearest to a query, best first: the key of a text and its cosine with the query."""

    key: int
    cosine: float


class VectorIndex(Protocol):
    """Vectors of one model. Methods may be awaited from several tasks at once and never block the loop.

    They raise SearchUnavailable when a server behind them does not answer.
    """

    async def open(self) -> str:
        """Load what was saved. The answer says what was found wrong with it, "" when nothing was."""
        ...

    async def keys(self) -> Keys:
        """All keys that the index holds."""
        ...

    async def search(self, query: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Near]:
        """The nearest texts to one vector (a single row), all of them or only those `among` some keys."""
        ...

    async def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """The vectors of those of the keys that the index holds."""
        ...

    async def update(self, keys: Sequence[int], vectors: Vectors, removed: Sequence[int] = ()) -> None:
        """Add or replace vectors and remove others. Doing it twice does no harm."""
        ...

    async def clear(self) -> None:
        """Remove everything."""
        ...

    async def save(self, commit: str) -> None:
        """Keep the present state, made from `commit`, so that the next `open` finds it. Atomic."""
        ...

    async def close(self) -> None: ...
