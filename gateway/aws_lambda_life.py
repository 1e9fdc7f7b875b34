"""The app's lifespan, entered once, on an event loop that runs only while an event is answered."""

import asyncio
from typing import Any

from starlette.applications import Starlette


class Life:
    """A started app and its loop. Raises what the start raised; then nothing is left open."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        try:
            self._living = self.loop.run_until_complete(self._enter())
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

    async def _enter(self) -> "asyncio.Task[None]":
        ready = asyncio.Event()
        living = asyncio.create_task(self._live(ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({living, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if living.done():
            waiting.cancel()
            living.result()
        return living

    async def _live(self, ready: asyncio.Event) -> None:
        """The server's side of the ASGI lifespan protocol; the app raises when its start fails."""
        messages = iter(({"type": "lifespan.startup"},))

        async def receive() -> dict[str, Any]:
            startup = next(messages, None)
            if startup is None:
                await self._stop.wait()
            return startup or {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                ready.set()

        await self.app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)
