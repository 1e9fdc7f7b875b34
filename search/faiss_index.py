"""Vectors in memory through FAISS, with a verified snapshot on the disk.

Vectors are compared exactly (flat inner product), in half precision, which halves the memory; a cosine is off
by less than .001. Where they are many, first by their signs (search/signs.py), and the best part exactly:
4 ms at 100,000 vectors of 384 where all of them take 11 (2.5 GHz, one thread). Ids are stable, so that a
change costs what it changes.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from search.embedder import Model, Vectors
from search.errors import IndexDamaged, SearchUnavailable
from search.readwrite import ReadWriteLock
from search.signs import ROWS, Signs
from search.snapshot import SnapshotHeader, read_snapshot, write_snapshot
from search.threads import Lane
from search.vectors import Keys, Near

THREADS = 2
"""Searches at a time."""
MANY = 20_000
"""From so many vectors on a part of them is compared exactly,"""
PART = 16
"""a sixteenth,"""
LEAST = 4_000
"""but so many at the least."""


class FaissIndex:
    """The default VectorIndex. Several searches run at a time, a change alone."""

    def __init__(self, file: Path, model: Model) -> None:
        self._file = file
        self._model = model
        self._lane = Lane("vectors", THREADS)
        self._lock = ReadWriteLock()
        self._index: Any = None
        self._signs = Signs(model.dimensions)
        self._held: set[int] = set()

    async def open(self) -> str:
        """Load the snapshot if it is whole and of this model; begin empty, and say why, if it is not."""
        return await self._lane.run(self._open)

    async def keys(self) -> Keys:
        """The keys of all vectors, sorted."""
        return await self._lane.run(self._keys)

    async def search(self, query: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Near]:
        """The nearest by inner product, which is the cosine, as all vectors have length 1."""
        return await self._lane.run(self._search, query, limit, among)

    async def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Copies of the vectors of keys."""
        return await self._lane.run(self._vectors, keys)

    async def update(self, keys: Sequence[int], vectors: Vectors, removed: Sequence[int] = ()) -> None:
        """O(change) to add, one pass over the memory to remove."""
        await self._lane.run(self._update, keys, vectors, removed)

    async def clear(self) -> None:
        """Begin anew; the snapshot stays until the next one is saved."""
        await self._lane.run(self._begin)

    async def save(self, commit: str) -> None:
        """Replace the snapshot."""
        await self._lane.run(self._save, commit)

    async def close(self) -> None:
        """End the threads and free the vectors, which the garbage collector does not see."""
        await asyncio.to_thread(self._lane.close)
        self._index, self._held, self._signs = None, set(), Signs(self._model.dimensions)

    def _open(self) -> str:
        index, problem = None, ""
        try:
            index = _load(self._file, self._model)
        except FileNotFoundError:
            pass
        except (IndexDamaged, RuntimeError) as error:
            problem = str(error)
        self._begin(index)
        return problem

    def _begin(self, index: Any = None) -> None:
        faiss = _faiss()
        with self._lock.writing():
            self._index = index or faiss.IndexIDMap2(_flat(faiss, self._model.dimensions))
            self._held = set(self._faiss_keys().tolist())
            self._signs = _signs(self._index.index)

    def _keys(self) -> Keys:
        with self._lock.reading():
            return np.array(sorted(self._held), np.int64)

    def _search(self, query: Vectors, limit: int, among: Sequence[int] | None) -> list[Near]:
        faiss = _faiss()
        row = np.ascontiguousarray(query[:1], np.float32)
        with self._lock.reading():
            count = min(limit, self._index.ntotal)
            if not count:
                return []
            if among is not None:
                chosen = faiss.IDSelectorBatch(np.array(among, np.int64))
                return _nearest(self._index, row, count, chosen)
            if self._index.ntotal < MANY:
                return _nearest(self._index, row, count)
            return self._of_a_part(row, count)

    def _of_a_part(self, row: Vectors, count: int) -> list[Near]:
        """The best of those that differ least by their signs: positions, where keys come later."""
        compared = max(LEAST, self._index.ntotal // PART, count)
        chosen = _faiss().IDSelectorBitmap(self._signs.nearest(row, compared))
        found = _nearest(self._index.index, row, count, chosen)
        keys = self._faiss_keys()[[near.key for near in found]].tolist()
        return [Near(key, near.cosine) for key, near in zip(keys, found, strict=True)]

    def _vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        with self._lock.reading():
            held = [key for key in keys if key in self._held]
            if not held:
                return {}
            rows = self._index.reconstruct_batch(np.array(held, np.int64))
        return dict(zip(held, rows, strict=True))

    def _update(self, keys: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        with self._lock.writing():
            gone = self._held.intersection([*removed, *keys])
            if gone:
                places = self._faiss_keys()
                self._index.remove_ids(np.array(sorted(gone), np.int64))
                self._signs.keep(~np.isin(places, list(gone)))
                self._held -= gone
            if keys:
                rows = np.ascontiguousarray(vectors, np.float32)
                self._index.add_with_ids(rows, np.array(keys, np.int64))
                self._signs.add(rows)
                self._held.update(keys)

    def _faiss_keys(self) -> Keys:
        """By place: FAISS closes the gaps and keeps the order of the others."""
        return np.asarray(_faiss().vector_to_array(self._index.id_map), np.int64)

    def _save(self, commit: str) -> None:
        with self._lock.reading():
            payload = _faiss().serialize_index(self._index)
            count = int(self._index.ntotal)
        header = SnapshotHeader(self._model.key, self._model.dimensions, commit, count)
        write_snapshot(self._file, header, memoryview(payload))


def _nearest(index: Any, row: Vectors, count: int, chosen: Any = None) -> list[Near]:
    """One thread's search, of all vectors or of the chosen ones."""
    params = {} if chosen is None else {"params": _faiss().SearchParameters(sel=chosen)}
    cosines, keys = index.search(row, count, **params)
    pairs = zip(keys[0].tolist(), cosines[0].tolist(), strict=True)
    return [Near(key, cosine) for key, cosine in pairs if key >= 0]


def _load(file: Path, model: Model) -> Any:
    header, payload = read_snapshot(file)
    if header.model != model.key:
        raise IndexDamaged(f"The saved vectors are those of another model ({header.model}).")
    index = _faiss().deserialize_index(np.frombuffer(payload, np.uint8))
    if (index.ntotal, index.d) != (header.count, model.dimensions):
        raise IndexDamaged(f"{file.name} does not hold what its header says.")
    return index


def _signs(flat: Any) -> Signs:
    """Those of all vectors of an index."""
    signs = Signs(flat.d)
    for start in range(0, flat.ntotal, ROWS):
        signs.add(flat.reconstruct_n(start, min(ROWS, flat.ntotal - start)))
    return signs


def _flat(faiss: Any, dimensions: int) -> Any:
    half = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexScalarQuantizer(dimensions, half, faiss.METRIC_INNER_PRODUCT)


def _faiss() -> Any:
    """FAISS is imported when first needed: it takes 0.2 s of a cold start."""
    try:
        import faiss
    except ImportError as error:
        raise SearchUnavailable("The vector index needs faiss, which is not installed.") from error
    faiss.omp_set_num_threads(1)
    return faiss
