"""What is closed is gone: what is large does not even wait for the garbage collector."""

import gc
import threading
from collections import Counter
from pathlib import Path

import pytest

from gateway.services import open_services
from gateway.settings import Settings

LARGE = {"InferenceSession", "IndexIDMap2"}
LOOPS = ("AnyIO", "asyncio_")
"""Threads that the event loop keeps, and which end with it."""
OURS = ("gateway.", "wiki_app.", "search.", "auth.", "sqlite3", "starlette.applications", "pygit2.")


def living(*modules: str) -> Counter[str]:
    """How many objects there are of each class of these modules."""
    kinds = (type(one) for one in gc.get_objects())
    return Counter(kind.__qualname__ for kind in kinds if f"{kind.__module__}.".startswith(modules))


async def use(data: Path, *, embeddings: str) -> None:
    """Open a wiki, search it by meaning, and close it."""
    settings = Settings.of({"data": data, "load": "first-use", "otterwiki": {}, "embeddings": embeddings})
    async with open_services(settings) as services:
        await services.searching.load()
        await services.search_work(30)
        await services.rest.load()
        await services.agents.load()


async def test_models_and_vectors_are_freed_without_the_garbage_collector(tmp_path: Path) -> None:
    gc.collect()
    before = {kind: living("onnxruntime.", "faiss.")[kind] for kind in LARGE}
    gc.disable()
    try:
        await use(tmp_path / "data", embeddings="local")
        after = {kind: living("onnxruntime.", "faiss.")[kind] for kind in LARGE}
    finally:
        gc.enable()
    assert after == before


@pytest.mark.parametrize("embeddings", ["none", "stand-in"])
async def test_opening_and_closing_again_leaves_no_more_objects_and_threads(
    tmp_path: Path, embeddings: str
) -> None:
    counts, threads = [], []
    for number in range(4):
        await use(tmp_path / str(number), embeddings=embeddings)
        gc.collect()
        counts.append(living(*OURS))
        names = (one.name for one in threading.enumerate())
        threads.append({name for name in names if not name.startswith(LOOPS)})
    assert counts[3] - counts[1] == Counter()
    assert threads[3] <= threads[1]
