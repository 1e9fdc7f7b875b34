"""The contract of a vector index: the same for FAISS and for a plain one beside it."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from search.embedder import Model, Vectors
from search.faiss_index import MANY, FaissIndex
from search.vectors import Keys, Near, VectorIndex

MODEL = Model("stand-in", 16)


class PlainIndex:
    """Every vector compared with the query: what FAISS is measured by."""

    def __init__(self) -> None:
        self.held: dict[int, Vectors] = {}

    async def open(self) -> str:
        return ""

    async def keys(self) -> Keys:
        return np.array(sorted(self.held), np.int64)

    async def search(self, query: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Near]:
        keys = self.held if among is None else self.held.keys() & set(among)
        found = [Near(key, float(query[0] @ self.held[key])) for key in keys]
        return sorted(found, key=lambda near: -near.cosine)[:limit]

    async def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        return {key: self.held[key] for key in keys if key in self.held}

    async def update(self, keys: Sequence[int], vectors: Vectors, removed: Sequence[int] = ()) -> None:
        for key in removed:
            self.held.pop(key, None)
        self.held.update(zip(keys, vectors, strict=True))

    async def clear(self) -> None:
        self.held.clear()

    async def save(self, commit: str) -> None:
        pass

    async def close(self) -> None:
        pass


@pytest.fixture(params=["faiss", "plain"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[VectorIndex]:
    index: VectorIndex = PlainIndex() if request.param == "plain" else FaissIndex(tmp_path / "v", MODEL)
    await index.open()
    yield index
    await index.close()


def some(count: int, seed: int = 1) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, MODEL.dimensions)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


KEYS = [3, 2**62 + 1, 17, 4]


async def test_the_nearest_come_first_with_their_cosines(index: VectorIndex) -> None:
    rows = some(4)
    await index.update(KEYS, rows)

    found = await index.search(rows[1:2], 3)

    assert found[0].key == 2**62 + 1 and found[0].cosine == pytest.approx(1, abs=1e-3)
    expected = sorted((float(rows[1] @ row) for row in rows), reverse=True)[:3]
    assert [near.cosine for near in found] == pytest.approx(expected, abs=1e-3)


async def test_a_search_may_be_kept_among_some_keys(index: VectorIndex) -> None:
    await index.update(KEYS, some(4))

    assert {near.key for near in await index.search(some(1), 10, [3, 4, 99])} == {3, 4}
    assert sorted(near.key for near in await index.search(some(1), 10, [3, 4, 4, 4])) == [3, 4]
    assert await index.search(some(1), 10, []) == []


async def test_removed_and_replaced_vectors_are_found_no_more(index: VectorIndex) -> None:
    rows = some(4)
    await index.update(KEYS, rows)
    await index.update([17], rows[:1], [3, 99])

    assert (await index.keys()).tolist() == sorted({17, 4, 2**62 + 1})
    assert (await index.search(rows[:1], 1))[0].key == 17
    assert np.allclose((await index.vectors([17, 3]))[17], rows[0], atol=1e-3)


async def test_doing_it_twice_does_no_harm(index: VectorIndex) -> None:
    for _ in range(2):
        await index.update(KEYS, some(4), [3])

    assert len(await index.keys()) == 4


async def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    await index.update(KEYS, some(4))
    await index.clear()

    assert await index.search(some(1), 5) == []
    assert (await index.keys()).tolist() == []
    assert await index.vectors(KEYS) == {}


def texts(count: int, model: Model) -> tuple[Vectors, Vectors]:
    """Vectors as those of texts lie: around two hundred subjects that overlap; and some queries near them."""
    random = np.random.default_rng(3)
    subjects = random.standard_normal((200, model.dimensions), np.float32)
    rows = subjects[random.integers(0, 200, count)] + subjects[random.integers(0, 200, count)] / 2
    rows += random.standard_normal(rows.shape, np.float32) * 0.7
    unit = np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
    return unit[20:], unit[:20]


async def test_of_a_large_index_a_part_is_compared_and_the_same_is_found(tmp_path: Path) -> None:
    model = Model("stand-in", 384)
    rows, queries = texts(MANY + 11_000, model)
    keys = list(range(7, 7 + len(rows)))
    large, plain = FaissIndex(tmp_path / "v", model), PlainIndex()
    await large.open()
    for index in (large, plain):
        await index.update(keys[:15_000], rows[:15_000])
        await index.update(keys[15_000:], rows[15_000:])
        await index.update([], rows[:0], keys[10:500])
        await index.update(keys[40:60], rows[40:60])
    await large.save("c0ffee")
    again = FaissIndex(tmp_path / "v", model)
    await again.open()
    matrix, held = np.stack(list(plain.held.values())), list(plain.held)
    recalls = []
    for query in queries:
        found = await large.search(query[None], 100)
        assert found == await again.search(query[None], 100)
        cosines = matrix @ query
        best = np.argsort(-cosines)[:100]
        assert [near.cosine for near in found[:10]] == pytest.approx(cosines[best[:10]].tolist(), abs=2e-3)
        recalls.append(len({near.key for near in found} & {held[place] for place in best}))
    assert np.mean(recalls) >= 99
    await large.close()
    await again.close()


async def test_of_many_the_nearest_hundred_are_those_of_all(tmp_path: Path) -> None:
    model = Model("stand-in", 384)
    rows, queries = texts(2 * MANY, model)
    large = FaissIndex(tmp_path / "v", model)
    await large.open()
    await large.update(list(range(len(rows))), rows)
    shared = []
    for query in queries:
        found = {near.key for near in await large.search(query[None], 300)}
        shared.append(len(found & set(np.argsort(-(rows @ query))[:300].tolist())))
    assert np.mean(shared) >= 295
    await large.close()


async def test_every_key_keeps_its_vector_whatever_is_removed_around_it(tmp_path: Path) -> None:
    random, ours, plain = np.random.default_rng(11), FaissIndex(tmp_path / "v", MODEL), PlainIndex()
    await ours.open()
    for seed in range(30):
        keys = random.choice(200, random.integers(0, 60), replace=False).tolist()
        removed = random.choice(200, random.integers(0, 60), replace=False).tolist()
        removed = [key for key in removed if key not in keys]
        for index in (ours, plain):
            await index.update(keys, some(len(keys), seed), removed)
    await ours.save("c0ffee")
    again = FaissIndex(tmp_path / "v", MODEL)
    await again.open()
    for index in (ours, again):
        held = await index.vectors(range(200))
        assert (await index.keys()).tolist() == sorted(plain.held) == sorted(held)
        assert all(np.allclose(held[key], plain.held[key], atol=1e-3) for key in held)
        for key in held:
            assert (await index.search(plain.held[key][None], 1))[0].cosine == pytest.approx(1, abs=1e-3)
        assert {near.key for near in await index.search(some(1), 9, [*held][:5])} == {*[*held][:5]}
        await index.close()


async def test_more_than_the_part_may_be_asked_for(tmp_path: Path) -> None:
    large = FaissIndex(tmp_path / "v", MODEL)
    await large.open()
    await large.update(list(range(2 * MANY)), some(2 * MANY))

    found = await large.search(some(1, seed=2), 9_000)

    assert len(found) == 9_000 and found[0].cosine >= found[-1].cosine
    await large.close()
