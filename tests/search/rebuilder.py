"""A process that rebuilds a search index, to be killed in the middle.

`python -m tests.search.rebuilder FOLDER VERSION` writes down what it embeds (seen.log) and how far it is
(stages.log), and prints a line when it begins.
"""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from search.answers import Progress
from search.documents import Document
from search.embedder import Vectors
from search.stand_in import StandInModel
from tests.search.conftest import opened

PAGES = 150


class WatchedModel(StandInModel):
    """Says in a file which texts it embedded, after it did."""

    def __init__(self, log: Path, delay: float) -> None:
        super().__init__(512, delay=delay)
        self._log = log

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        rows = await super().embed(texts, urgent=urgent)
        if not urgent:
            with self._log.open("a") as log:
                log.write("".join(f"{text[:40]!r}\n" for text in texts))
        return rows


def pages(version: int) -> list[Document]:
    """Every third page says something new in each version."""
    return [page(number, version if number % 3 == 0 else 0) for number in range(PAGES)]


def page(number: int, version: int) -> Document:
    text = f"p{number}v{version} thing{number} " + f"word{number} filler " * 30
    return Document(f"page{number}", f"Page {number}", text)


def stage(progress: Progress) -> str:
    """Which part of a rebuild is under way."""
    if not progress.chunks:
        return "chunking"
    return "embedding" if progress.chunks_done < progress.chunks else "saving"


async def main(folder: Path, version: int) -> None:
    def note(text: str) -> None:
        (folder / "stages.new").write_text(text)
        (folder / "stages.new").replace(folder / "stages.log")

    def report(progress: Progress) -> None:
        note(stage(progress))

    model = WatchedModel(folder / "seen.log", delay=0.01)
    async with opened(folder, model) as parts:
        await parts.search.upsert(pages(version))
        note("beginning")
        print("begun", flush=True)
        await parts.search.rebuild(report)
        note("done")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
