"""The search over 100,000 chunks, in a process of its own: `python -m bench.chunks FOLDER CHUNKS REPEATS`.

It prints one JSON object: for each row the milliseconds, and the memory in MiB.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.synthetic import SyntheticModel, documents, queries
from search.answers import Mode
from search.documents import Document
from search.embeddings import EmbeddingStore
from search.faiss_index import FaissIndex
from search.keywords import KeywordIndex
from search.local_model import LocalModel
from search.meaning import Meaning
from search.passages import Passages
from search.service import CHUNKS as NEAREST
from search.service import SearchConfig, SearchService

Times = list[float]
SAVES = 10


@dataclass(frozen=True)
class Parts:
    """What is measured: the whole, and the vectors alone."""

    search: SearchService
    vectors: FaissIndex
    model: SyntheticModel


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Parts]:
    """The search as the app composes it, over vectors that cost nothing to make."""
    model = SyntheticModel(LocalModel.open(workers=2))
    keywords, store = KeywordIndex(folder / "keywords.db"), EmbeddingStore(folder / "embeddings.db")
    vectors = FaissIndex(folder / "vectors.faiss", model.model)
    meaning = Meaning(Passages(keywords.database), store, vectors, model)
    async with SearchService(keywords, meaning, SearchConfig(background=False)) as search:
        yield Parts(search, vectors, model)
    await model.close()
    keywords.close()
    store.close()


async def filled(folder: Path, chunks: int) -> None:
    """An index of so many chunks, saved."""
    async with opened(folder) as parts:
        await parts.search.upsert(documents(chunks))
        await parts.search.rebuild()


async def measured(folder: Path, repeats: int) -> dict[str, Times]:
    """Every row; the first is that of a search that has just been opened."""
    asked = queries(repeats + 5)
    found = {"load": [await _loaded(folder) for _ in range(3)]}
    begin = time.perf_counter()
    async with opened(folder) as parts:
        await _must_find(parts, asked[0], Mode.HYBRID)
        found["first"] = [(time.perf_counter() - begin) * 1000]
        for mode in Mode:
            rows = [await _timed(_must_find(parts, text, mode)) for text in asked]
            found[mode.value] = rows[5:]
        found |= await _after_saves(parts)
        found |= await _vectors_alone(parts, asked[5:])
        found["memory"] = [_resident()]
    return found


async def _loaded(folder: Path) -> float:
    """The vectors alone, read and verified."""
    vectors = FaissIndex(folder / "vectors.faiss", SyntheticModel.model)
    taken = await _timed(vectors.open())
    await vectors.close()
    return taken


async def _must_find(parts: Parts, text: str, mode: Mode) -> None:
    answer = await parts.search.query(text, mode=mode)
    if not answer.hits or answer.mode is not mode or answer.behind:
        raise SystemExit(f"{mode.value} {text!r}: {len(answer.hits)} hits, {answer.behind} behind")


async def _timed(work: Awaitable[object]) -> float:
    begin = time.perf_counter()
    await work
    return (time.perf_counter() - begin) * 1000


async def _after_saves(parts: Parts) -> dict[str, Times]:
    """The first query after a save of a page of four sections: it catches up, and finds the new text."""
    found: dict[str, Times] = {"keyword after a save": [], "hybrid after a save": []}
    for number in range(SAVES):
        for mode in (Mode.KEYWORD, Mode.HYBRID):
            word = f"fresh{mode.value}{number}"
            body = "\n\n".join(f"## Part {part}\n\n{f'{word} stands here ' * 20}" for part in range(4))
            await parts.search.upsert([Document(word, "Fresh", body)])
            found[f"{mode.value} after a save"].append(await _timed(_must_be_first(parts, word, mode)))
    return found


async def _must_be_first(parts: Parts, word: str, mode: Mode) -> None:
    answer = await parts.search.query(word, mode=mode)
    if answer.hits[0].id != word or answer.behind:
        raise SystemExit(f"{word} was saved and is not found")


async def _vectors_alone(parts: Parts, asked: list[str]) -> dict[str, Times]:
    """FAISS beside numpy, which compares every vector too: the same queries, the same vectors."""
    keys = (await parts.vectors.keys()).tolist()
    known = await parts.vectors.vectors(keys)
    matrix = np.stack([known[key] for key in keys])
    found: dict[str, Times] = {"faiss": [], "numpy": []}
    for text in asked:
        vector = await parts.model.embed([text], urgent=True)
        found["faiss"].append(await _timed(parts.vectors.search(vector, NEAREST)))
        begin = time.perf_counter()
        cosines = matrix @ vector[0]
        best = np.argpartition(-cosines, NEAREST)[:NEAREST]
        best[np.argsort(-cosines[best])]
        found["numpy"].append((time.perf_counter() - begin) * 1000)
    return found


def _resident() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """`fill` makes the index, `measure` opens it anew, so that its memory is that of a server."""
    what, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if what == "fill":
        asyncio.run(filled(folder, number))
    else:
        print(json.dumps(asyncio.run(measured(folder, number))))


if __name__ == "__main__":
    main()
