"""The backlog's worker: embeds what is pending, in one process at a time, and saves snapshots."""

import asyncio
import fcntl
from contextlib import suppress
from pathlib import Path
from typing import IO

from search.errors import SearchError
from search.keywords import KeywordIndex
from search.meaning import PAUSES, Meaning

SAVE_AFTER = 30.0
"""Seconds without new work after which a changed index is saved."""
SAVE_AT = 20_000
"""Changes after which it is saved in the midst of work."""
LOOK_AGAIN = 1.0
"""Seconds between two looks at what another process has embedded."""


class Background:
    """Runs from `start` to `close`; `wake` when something may have changed."""

    def __init__(self, meaning: Meaning, keywords: KeywordIndex, lock: Path | None) -> None:
        self._meaning = meaning
        self._keywords = keywords
        self._lock = lock
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what is pending now."""
        self._woken.set()
        self._task = asyncio.create_task(self._run(), name="search-background")

    def wake(self) -> None:
        """Look for work."""
        self._woken.set()

    async def close(self) -> None:
        """Stop after what is under way, and save what changed."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        with suppress(SearchError, OSError):
            await self._save()

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                async with asyncio.timeout(SAVE_AFTER):
                    await self._woken.wait()
            except TimeoutError:
                await self._save_quietly()
                continue
            self._woken.clear()
            try:
                await self._work()
                failures = 0
            except (SearchError, OSError) as error:
                self._meaning.problem = str(error)
                await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1
                self._woken.set()

    async def _work(self) -> None:
        await self._meaning.follow()
        while self._meaning.unchunked:
            await self._meaning.follow()
        while self._meaning.behind:
            with Claim(self._lock) as claimed:
                if claimed:
                    await self._embed()
                elif not await self._meaning.adopt_pending():
                    await asyncio.sleep(LOOK_AGAIN)
            await self._meaning.follow()

    async def _embed(self) -> None:
        while self._meaning.behind > self._meaning.unchunked:
            await self._meaning.work()
            await self._meaning.follow()
            if self._meaning.dirty >= SAVE_AT:
                await self._save()

    async def _save_quietly(self) -> None:
        """A snapshot saves time at the next start, nothing else: a full disk stops no search."""
        try:
            await self._save()
        except (SearchError, OSError) as error:
            self._meaning.problem = f"The index of vectors cannot be saved ({error})."

    async def _save(self) -> None:
        if self._meaning.dirty:
            mark = await asyncio.to_thread(self._keywords.mark)
            await self._meaning.save(mark or "")


class Claim:
    """The right to embed the backlog: one process at a time has it, as long as it lives."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._handle: IO[bytes] | None = None

    def __enter__(self) -> bool:
        """Whether it was to be had."""
        if self._file is None:
            return True
        self._handle = self._file.open("ab")
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __exit__(self, *_: object) -> None:
        if self._handle:
            self._handle.close()
            self._handle = None
