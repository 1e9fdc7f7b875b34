"""The shipped model: what it makes of texts, and that nothing else passes for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from search.errors import SearchUnavailable
from search.local_model import BATCH, MODEL, LocalModel


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
    texts = ["short", "a much longer text about many different things " * 5, "", "middle sized text"]

    together = await model.embed([*texts, *texts])
    alone = np.concatenate([await model.embed([text], urgent=True) for text in texts])

    assert together.shape == (2 * len(texts), MODEL.dimensions) and 2 * len(texts) > BATCH
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[: len(texts)], alone, atol=1e-4)


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not the model")

    with pytest.raises(SearchUnavailable, match="not the expected"):
        LocalModel.open(file=tmp_path / "model.onnx")
    with pytest.raises(SearchUnavailable, match="cannot be read"):
        LocalModel.open(file=tmp_path / "none.onnx")
