"""One rebuild of the index by meaning at a time, in the background, and how the last one went."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from auth import Clock
from search.answers import Progress
from search.errors import RebuildRunning, SearchError
from wiki_app.errors import WikiError


class Reindexing:
    """POST /reindex and its status. Belongs to one event loop."""

    def __init__(self, rebuild: Callable[[], Awaitable[Progress]], clock: Clock) -> None:
        self._rebuild = rebuild
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._status: dict[str, object] = {"status": "idle"}

    @property
    def status(self) -> dict[str, object]:
        """As REST.md has it: idle, in_progress, complete or error."""
        return self._status

    def start(self) -> None:
        """Raises RebuildRunning while one is under way."""
        if self._task and not self._task.done():
            raise RebuildRunning("The search index is being rebuilt already.")
        self._status = {"status": "in_progress", "started_at": _text(self._clock())}
        self._task = asyncio.create_task(self._run(), name="reindex")

    async def done(self) -> None:
        """Wait for the end of the one under way; its outcome is in the status."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        """What was done stays done; the next rebuild goes on from there."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            done = await self._rebuild()
        except (SearchError, WikiError, OSError) as error:
            self._status = {"status": "error", "error_message": str(error)}
        else:
            self._status = {
                "status": "complete",
                "pages_indexed": done.documents_done,
                "chunks_created": done.chunks_done,
            }
        self._status["completed_at"] = _text(self._clock())


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
