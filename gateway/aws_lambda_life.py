"""The app's lifespan, entered once, on an event loop that runs only while an event is answered."""

import asyncio
from typing import Any

from starlette.applications import Starlette


class Life:
    """A started app and its loop. Raises what the start raised; then nothing is left open.

    The lifespan is the loop's first task, from which the loop is taken away as soon as the start is complete,
    and given back at the end. So it is what anyio takes for the root of all tasks, whose worker threads live
    as long as it does. Were each event the root, each would begin with new threads, and those with a new
    handle of the repository (anyio's `to_thread`; tests/gateway/test_aws_lambda.py counts them).
    """

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._living = self.loop.create_task(self._live())
        try:
            self._run_until_started()
        except BaseException:
            self.loop.close()
            raise

    def close(self) -> None:
        """Run the lifespan to its end, in whatever thread; nothing else may use the loop meanwhile."""
        self._stop.set()
        try:
            self.loop.run_until_complete(self._living)
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
        finally:
            self.loop.close()

    def _run_until_started(self) -> None:
        try:
            self.loop.run_until_complete(self._living)
        except RuntimeError:  # also what asyncio says of a loop that was stopped before the task's end
            if self._living.done():
                raise

    async def _live(self) -> None:
        """The server's side of the ASGI lifespan protocol; the app raises when its start fails."""
        messages = iter(({"type": "lifespan.startup"},))

        async def receive() -> dict[str, Any]:
            startup = next(messages, None)
            if startup is None:
                await self._stop.wait()
            return startup or {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                self.loop.stop()

        await self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
