"""The store of embeddings: nothing is computed twice, nothing wrong is handed out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from search.embedder import Model
from search.embeddings import PART, EmbeddingStore, Vector, text_hash

MODEL = Model("one", 8, "abc")


def vector(seed: int, dimensions: int = 8) -> Vector:
    return np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)


def test_what_was_put_is_got_bit_by_bit(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "embeddings.db")
    vectors = {text_hash(str(number)): vector(number) for number in range(PART + 5)}
    store.put(MODEL, vectors)
    store.close()

    again = EmbeddingStore(tmp_path / "embeddings.db")
    found = again.get(MODEL, [*vectors, text_hash("unknown")])

    assert found.keys() == vectors.keys()
    assert all(np.array_equal(found[key], vectors[key]) for key in vectors)
    again.close()


@pytest.mark.parametrize("other", [Model("two", 8, "abc"), Model("one", 16, "abc"), Model("one", 8, "abd")])
def test_another_model_finds_nothing(tmp_path: Path, other: Model) -> None:
    store = EmbeddingStore(tmp_path / "embeddings.db")
    store.put(MODEL, {text_hash("text"): vector(1)})

    assert store.get(other, [text_hash("text")]) == {}
    assert (store.count(MODEL), store.count(other)) == (1, 0)
    store.close()


def test_a_vector_with_a_flipped_bit_counts_as_missing(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "embeddings.db")
    store.put(MODEL, {text_hash("good"): vector(1), text_hash("bad"): vector(2)})
    with closing(sqlite3.connect(tmp_path / "embeddings.db")) as connection:
        flipped = vector(2).copy()
        flipped[3] += 1
        connection.execute(
            "UPDATE vectors SET vector = ? WHERE hash = ?", (flipped.tobytes(), text_hash("bad"))
        )
        connection.commit()

    assert store.get(MODEL, [text_hash("good"), text_hash("bad")]).keys() == {text_hash("good")}
    store.close()


@pytest.mark.parametrize("content", [b"no database at all" * 500, b"SQLite format 3\x00" + b"\xff" * 9_000])
def test_a_damaged_file_is_left_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "embeddings.db").write_bytes(content)
    store = EmbeddingStore(tmp_path / "embeddings.db")

    assert store.get(MODEL, [text_hash("text")]) == {}
    store.put(MODEL, {text_hash("text"): vector(1)})
    assert store.count(MODEL) == 1
    store.close()


def test_it_keeps_no_journal_that_a_shared_file_system_cannot_hold(tmp_path: Path) -> None:
    store = EmbeddingStore(tmp_path / "embeddings.db")
    store.put(MODEL, {text_hash("text"): vector(1)})

    assert not list(tmp_path.glob("*-wal")) and not list(tmp_path.glob("*-shm"))
    store.close()
