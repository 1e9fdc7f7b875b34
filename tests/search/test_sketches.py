"""Two bits a number: the same as FAISS makes of the same vectors, whatever was changed before."""

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray

from search.halves import Halves, singles
from search.sketches import BLOCK, Sketches


def some(count: int, dimensions: int = 384, seed: int = 1) -> Halves:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float16)


def made_by_faiss(vectors: Halves) -> NDArray[np.uint8]:
    """FAISS looks for the nearest of the same sixteen values itself."""
    index = Sketches(faiss, vectors.shape[1]).index
    index.add(singles(vectors))
    return np.asarray(faiss.AlignedTable_to_array(index.codes))


def whole_blocks(sketches: Sketches) -> NDArray[np.uint8]:
    return np.asarray(faiss.AlignedTable_to_array(sketches.index.codes))


@pytest.mark.parametrize("dimensions", [2, 6, 10, 16, 384, 1024])
def test_they_are_those_that_faiss_makes(dimensions: int) -> None:
    vectors = some(3_000 // BLOCK * BLOCK, dimensions)
    sketches = Sketches(faiss, dimensions)

    sketches.follow(vectors, np.arange(len(vectors)))

    assert np.mean(whole_blocks(sketches) == made_by_faiss(vectors)) > 0.999  # but on the borders


def test_after_changes_they_are_those_of_the_vectors_that_are_there() -> None:
    random, vectors, sketches = np.random.default_rng(7), some(200), Sketches(faiss, 384)
    sketches.follow(vectors, np.arange(200))
    for seed in range(2, 12):
        vectors = vectors[: random.integers(100, len(vectors))].copy()
        changed = random.integers(0, len(vectors), 5)
        vectors[changed] = some(5, seed=seed)
        start, vectors = (
            len(vectors),
            np.concatenate([vectors, some(int(random.integers(0, 90)), seed=100 + seed)]),
        )
        sketches.follow(vectors, np.append(changed, np.arange(start, len(vectors))))

    anew, query = Sketches(faiss, 384), singles(some(1, seed=99))
    anew.follow(vectors, np.arange(len(vectors)))
    for ours, theirs in zip(sketches.index.search(query, 60), anew.index.search(query, 60), strict=True):
        assert ours.tolist() == theirs.tolist()


def test_without_vectors_nothing_is_found_and_they_can_begin_again() -> None:
    sketches, vectors = Sketches(faiss, 384), some(40)
    sketches.follow(vectors, np.arange(40))
    sketches.follow(vectors[:0], np.zeros(0, np.int64))
    assert sketches.index.search(singles(vectors[:1]), 1)[1].tolist() == [[-1]]

    sketches.follow(vectors[:3], np.arange(3))

    assert sketches.index.search(singles(vectors[1:2]), 3)[1][0][0] == 1


def test_a_twentieth_by_their_sums_holds_the_hundred_nearest() -> None:
    vectors, sketches = some(20_000), Sketches(faiss, 384)
    sketches.follow(vectors, np.arange(len(vectors)))
    query = singles(some(1, seed=5))

    chosen = sketches.index.search(query, 1_000)[1][0]

    best = np.argsort(-(singles(vectors) @ query[0]))[:100]
    assert len(set(best) & set(chosen)) >= 98


def test_every_finite_half_becomes_the_same_single() -> None:
    halves = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]

    assert singles(finite).tobytes() == finite.astype(np.float32).tobytes()
