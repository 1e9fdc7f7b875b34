"""Vectors in memory through FAISS, with a verified snapshot on the disk.

Vectors are compared exactly (flat inner product), in half precision, which halves the memory; a cosine is off
by less than .001. Where they are many, first by two bits of each number (search/sketches.py), and the best
part exactly: 2.3 ms at 100,000 vectors of 384 where all of them take 10 (2.5 GHz, one thread). A change costs
what it changes: the last vectors move to where others were removed.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.embedder import Model, Vectors
from search.errors import IndexDamaged, SearchUnavailable
from search.halves import Halves, singles
from search.readwrite import ReadWriteLock
from search.sketches import Sketches
from search.snapshot import SnapshotHeader, read_snapshot, write_snapshot
from search.threads import Lane
from search.vectors import Keys, Near

Found = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Cosines and places, a row for the one query, best first."""

THREADS = 2
"""Searches at a time."""
MANY = 10_000
"""From so many vectors on a part of them is compared exactly,"""
PART = 64
"""one of so many,"""
TIMES = 4
"""but so many times what is asked for at the least."""


class FaissIndex:
    """The default VectorIndex. Several searches run at a time, a change alone."""

    def __init__(self, file: Path, model: Model) -> None:
        self._file = file
        self._model = model
        self._lane = Lane("vectors", THREADS)
        self._lock = ReadWriteLock()
        self._owner: Any = None
        self._flat: Any = None
        self._sketches: Any = None
        self._held = np.zeros(0, np.int64)
        self._places: dict[int, int] = {}

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
        """O(change): the last ones move to where others were removed."""
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
        self._flat, self._owner, self._sketches, self._places = None, None, None, {}

    def _open(self) -> str:
        whole, problem = None, ""
        try:
            whole = _load(self._file, self._model)
        except FileNotFoundError:
            pass
        except (IndexDamaged, RuntimeError) as error:
            problem = str(error)
        self._begin(whole)
        return problem

    def _begin(self, whole: Any = None) -> None:
        faiss = _faiss()
        whole = whole or faiss.IndexIDMap2(_flat(self._model.dimensions))
        with self._lock.writing():
            self._owner, self._flat = whole, faiss.downcast_index(whole.index)
            self._held = _keys_taken(whole)
            self._places = {key: place for place, key in enumerate(self._held.tolist())}
            self._sketches = Sketches(faiss, self._model.dimensions)
            self._sketches.follow(self._halves(), np.arange(len(self._held)))

    def _keys(self) -> Keys:
        with self._lock.reading():
            return np.sort(self._held)

    def _search(self, query: Vectors, limit: int, among: Sequence[int] | None) -> list[Near]:
        row = np.ascontiguousarray(query[:1], np.float32)
        with self._lock.reading():
            places = None if among is None else list({self._places.get(key, -1) for key in among} - {-1})
            count = min(limit, self._flat.ntotal if places is None else len(places))
            if not count:
                return []
            found = self._of_all(row, count) if places is None else self._of_these(row, count, places)
            there = found[1][0] >= 0  # FAISS fills up what it does not find
            keys, cosines = self._held[found[1][0][there]], found[0][0][there]
        return list(map(Near._make, zip(keys.tolist(), cosines.tolist(), strict=True)))

    def _of_all(self, row: Vectors, count: int) -> Found:
        """Every vector compared, or where they are many those that their sketches put first."""
        faiss, total = _faiss(), self._flat.ntotal
        compared = max(total // PART, count * TIMES)
        params, index = None, self._flat
        if total >= max(MANY, compared * TIMES):
            index = faiss.IndexRefine(self._sketches.index, self._flat)
            params = faiss.IndexRefineSearchParameters(k_factor=compared / count)
        found: Found = index.search(row, count, params=params)
        return found

    def _of_these(self, row: Vectors, count: int, places: Sequence[int]) -> Found:
        faiss, chosen = _faiss(), np.zeros(self._flat.ntotal, np.bool_)
        chosen[places] = True
        bitmap = faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))
        found: Found = self._flat.search(row, count, params=faiss.SearchParameters(sel=bitmap))
        return found

    def _vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        with self._lock.reading():
            places = {key: self._places[key] for key in keys if key in self._places}
            rows = self._halves()[np.fromiter(places.values(), np.int64, len(places))]
        return dict(zip(places, singles(rows), strict=True))

    def _update(self, keys: Sequence[int], vectors: Vectors, removed: Sequence[int]) -> None:
        with self._lock.writing():
            changed = self._remove(self._places.keys() & {*removed, *keys})
            start = len(self._held)
            if keys:
                self._flat.add(np.ascontiguousarray(vectors, np.float32))
                self._held = np.concatenate([self._held, np.array(keys, np.int64)])
                self._places.update(zip(keys, range(start, len(self._held)), strict=True))
            self._sketches.follow(self._halves(), np.append(changed, np.arange(start, len(self._held))))

    def _remove(self, keys: set[int]) -> NDArray[np.int64]:
        """The places that others were moved to from the end."""
        if not keys:
            return np.zeros(0, np.int64)
        gone = {self._places.pop(key) for key in keys}
        total, left = len(self._held), len(self._held) - len(gone)
        holes = np.array([place for place in gone if place < left], np.int64)
        moved = np.array([place for place in range(left, total) if place not in gone], np.int64)
        halves = self._halves()
        halves[holes], self._held[holes] = halves[moved], self._held[moved]
        self._places.update(zip(self._held[holes].tolist(), holes.tolist(), strict=True))
        self._held = self._held[:left]
        self._flat.remove_ids(_faiss().IDSelectorRange(left, total))
        return holes

    def _halves(self) -> Halves:
        """FAISS's own memory, a row each vector; until the next change."""
        codes, shape = self._flat.codes, (self._flat.ntotal, self._model.dimensions)
        if not codes.size():
            return np.zeros(shape, np.float16)
        return np.asarray(_faiss().rev_swig_ptr(codes.data(), codes.size())).view(np.float16).reshape(shape)

    def _save(self, commit: str) -> None:
        with self._lock.reading():
            payload = _faiss().serialize_index(_with_keys(self._flat, self._held))
            count = len(self._held)
        header = SnapshotHeader(self._model.key, self._model.dimensions, commit, count)
        write_snapshot(self._file, header, memoryview(payload))


def _load(file: Path, model: Model) -> Any:
    header, payload = read_snapshot(file)
    if header.model != model.key:
        raise IndexDamaged(f"The saved vectors are those of another model ({header.model}).")
    whole = _faiss().deserialize_index(np.frombuffer(payload, np.uint8))
    if (whole.ntotal, whole.d) != (header.count, model.dimensions):
        raise IndexDamaged(f"{file.name} does not hold what its header says.")
    return whole


def _keys_taken(whole: Any) -> Keys:
    """The keys by place; FAISS's own, and its map of them, are given up."""
    keys = np.asarray(_faiss().vector_to_array(whole.id_map), np.int64)
    whole.id_map.clear()
    whole.construct_rev_map()
    return keys


def _with_keys(flat: Any, keys: Keys) -> Any:
    """What is saved; it lives no longer than `flat`, whose vectors it has."""
    faiss = _faiss()
    whole = faiss.IndexIDMap2(_flat(flat.d))
    whole.index, whole.ntotal = flat, flat.ntotal
    faiss.copy_array_to_vector(keys, whole.id_map)
    return whole


def _flat(dimensions: int) -> Any:
    faiss = _faiss()
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
