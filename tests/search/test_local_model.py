"""The shipped model: what it makes of texts, and that nothing else passes for it."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from onnxruntime import InferenceSession

from search.embedder import Vectors
from search.errors import SearchUnavailable
from search.local_model import MODEL, LocalModel, model_file
from search.wordpiece import WordPiece

TEXTS = [
    "short",
    "a much longer text about many different things " * 5,
    "",
    "How do I undo the last commit, and keep what I changed?",
    "`tar xf archive.tar` takes everything out of an archive; `tar tf` lists what is in it.",
    "Ünïcode and 日本語 and emoji 🦦",
]


@pytest.fixture
async def model() -> AsyncIterator[LocalModel]:
    model = LocalModel.open()
    yield model
    await model.close()


async def test_texts_that_mean_the_same_are_near(model: LocalModel) -> None:
    query, near, far = await model.embed(
        ["How do I restart the server?", "Rebooting a machine", "Otters eat fish"]
    )

    assert query @ near > query @ far + 0.2


async def test_vectors_have_length_one_and_the_order_of_their_texts(model: LocalModel) -> None:
    together = await model.embed([*TEXTS, *TEXTS])
    alone = np.concatenate([await model.embed([text], urgent=True) for text in TEXTS])

    assert together.shape == (2 * len(TEXTS), MODEL.dimensions)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, np.concatenate([alone, alone]))


async def test_nothing_to_embed_is_no_vector(model: LocalModel) -> None:
    assert (await model.embed([])).shape == (0, MODEL.dimensions)


async def test_in_8_bits_it_says_what_the_packaged_graph_says_in_single_precision(model: LocalModel) -> None:
    found = await model.embed(TEXTS)
    expected = packaged(TEXTS)

    assert np.sum(found * expected, axis=1).min() > 0.99
    assert np.abs(found @ found.T - expected @ expected.T).max() < 0.02


def packaged(texts: Sequence[str]) -> Vectors:
    """What the package's graph answers as it is delivered, one row a text."""
    session = InferenceSession(str(model_file()), providers=["CPUExecutionProvider"])
    wordpiece, rows = WordPiece(), []
    for text in texts:
        ids = np.array([wordpiece.encode(text, 256)], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (states,) = session.run(["last_hidden_state"], given)
        mean = states[0].mean(axis=0)
        rows.append(mean / np.linalg.norm(mean))
    return np.stack(rows)


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not the model")

    with pytest.raises(SearchUnavailable, match="not the expected"):
        LocalModel.open(file=tmp_path / "model.onnx")
    with pytest.raises(SearchUnavailable, match="cannot be read"):
        LocalModel.open(file=tmp_path / "none.onnx")
