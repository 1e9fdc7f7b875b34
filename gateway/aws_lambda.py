"""The Lambda handler: one start a process, then one event at a time.

Mangum would start and stop the app around every event (its lifespan="auto"); so it is told "off", and the
lifespan is entered here, once, on a loop of our own (DEPLOY.md sections 3 and 4). Nothing runs between two
events: parts that work in the background are opened without their threads (`load="first-use"`).
"""

import asyncio
import atexit
import signal
import sys
import threading
from typing import Any

from mangum import Mangum
from starlette.types import ASGIApp

from gateway.app import served
from gateway.settings import load_settings

# A Lambda is reached from outside, whatever WIKIBOT_HOST says: nobody is the owner by being there.
SETTINGS = {"host": "0.0.0.0", "load": "first-use", "workers": 1}  # noqa: S104 — nothing listens


class Handler:
    """Called by the Lambda runtime, always in the same thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._mangum: Mangum | None = None
        self._stop: asyncio.Event | None = None
        self._life: asyncio.Task[None] | None = None

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Answer one HTTP event (API Gateway, function URL or load balancer)."""
        if self._mangum is None:
            self._mangum = self._start()
        return self._mangum(event, context)  # type: ignore[arg-type]  # the runtime's own class

    def close(self) -> None:
        """End the lifespan: the store leaves its files in order. Does nothing before the first event."""
        if self._loop is None or self._life is None or self._stop is None:
            return
        self._stop.set()
        self._loop.run_until_complete(self._life)
        self._loop.close()
        self._loop = None

    def _start(self) -> Mangum:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)  # Mangum takes the current one
        app = served(load_settings(**SETTINGS))
        self._loop.run_until_complete(self._enter(app))
        _on_exit(self.close)
        return Mangum(app, lifespan="off")

    async def _enter(self, app: ASGIApp) -> None:
        """Run the lifespan up to the point where requests may come; raises what the start raised."""
        ready, self._stop = asyncio.Event(), asyncio.Event()
        self._life = asyncio.create_task(_live(app, ready, self._stop))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._life, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if self._life.done():
            waiting.cancel()
            self._life.result()


async def _live(app: ASGIApp, ready: asyncio.Event, stop: asyncio.Event) -> None:
    """The server's side of the ASGI lifespan protocol."""
    messages = iter(({"type": "lifespan.startup"},))

    async def receive() -> dict[str, Any]:
        startup = next(messages, None)
        if startup is None:
            await stop.wait()
        return startup or {"type": "lifespan.shutdown"}

    async def send(message: Any) -> None:
        if message["type"] == "lifespan.startup.complete":
            ready.set()

    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)


def _on_exit(close: Any) -> None:
    """AWS sends SIGTERM before it ends an environment (where an extension is registered)."""
    atexit.register(close)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


handler = Handler()
