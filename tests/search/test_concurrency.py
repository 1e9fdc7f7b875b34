"""Queries and writes at the same time: no exception, no wrong page, no lost write."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from search.answers import Answer, Mode
from search.documents import Document
from tests.search.conftest import Parts, opened

THREADS = 8
ROUNDS = 15


def page(number: int, version: int) -> Document:
    """A page whose text names its own version."""
    text = f"thing{number} stands here in version{number}x{version} of the text. " * 20
    return Document(f"page{number}", f"Page {number}", f"# Page {number}\n\n{text}")


class Loop:
    """An event loop in a thread of its own, as a server has one; others hand it their work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._stop = asyncio.Event()
        self.parts: Parts
        self._thread = Thread(target=lambda: self._loop.run_until_complete(self._run()))

    async def _run(self) -> None:
        async with opened(self._folder, background=True) as self.parts:
            self._ready.set()
            await self._stop.wait()

    def __enter__(self) -> "Loop":
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    def query(self, text: str, mode: Mode) -> Answer:
        return asyncio.run_coroutine_threadsafe(self.parts.search.query(text, mode=mode), self._loop).result(
            60
        )

    def upsert(self, document: Document) -> None:
        asyncio.run_coroutine_threadsafe(self.parts.search.upsert([document]), self._loop).result(60)

    def remove(self, key: str) -> None:
        asyncio.run_coroutine_threadsafe(self.parts.search.remove([key]), self._loop).result(60)


def busy(loop: Loop, number: int) -> None:
    """Write a page again and again; each version is found at once, by words and by meaning, no other is."""
    for version in range(ROUNDS):
        loop.upsert(page(number, version))
        for mode in Mode:
            answer = loop.query(f"version{number}x{version}", mode)
            text = " ".join(section.text for section in answer.hits[0].sections)
            assert answer.hits[0].id == f"page{number}", (mode, answer.hits[0].id, version)
            assert f"version{number}x{version} " in text
    loop.remove(f"page{number}")
    for mode in Mode:
        assert f"page{number}" not in [hit.id for hit in loop.query(f"thing{number}", mode).hits]


@pytest.mark.filterwarnings("error")
def test_eight_threads_write_and_ask(tmp_path: Path) -> None:
    with Loop(tmp_path) as loop, ThreadPoolExecutor(THREADS) as pool:
        running: list[Future[None]] = [pool.submit(busy, loop, number) for number in range(THREADS)]
        for one in running:
            one.result(120)
