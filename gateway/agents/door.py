"""The ASGI app at /mcp. FastMCP takes a second to import: a Lambda that answers pages only never does."""

import asyncio
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.acting import acting
from gateway.agents.call import AgentServices
from gateway.agents.first_call import first_call
from gateway.errors import problem
from gateway.lazy import deferring_models, importing
from gateway.threads import in_thread

if TYPE_CHECKING:
    from fastmcp.server.http import StarletteWithLifespan

PATH = "/mcp"


class AgentsDoor:
    """Answers POST; every other method gets 405 (there are no sessions, and no stream to open).

    The protocol's own lifespan is entered in a task that lives as long as the door, so that it is left by
    the task that entered it, whichever request came first.
    """

    def __init__(self, services: AgentServices) -> None:
        self.services = services
        self._starting: asyncio.Task[ASGIApp] | None = None
        self._living: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    @property
    def loaded(self) -> bool:
        """True once it can answer without loading."""
        return self._starting is not None and self._starting.done() and self._starting.exception() is None

    async def load(self) -> ASGIApp:
        """The protocol's app, started."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)

    async def close(self) -> None:
        """End what was started; running calls come to their end first."""
        self._stop.set()
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._living is not None:
            await asyncio.gather(self._living, return_exceptions=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            refusal = problem(
                "method_not_allowed",
                "This is the wiki's endpoint for agents (MCP): it takes POST; /-/connect says how.",
                headers={"Allow": "POST"},
            )
            await refusal(scope, receive, send)
            return
        message = await receive()
        response = await self._challenge(scope, message)
        if response is not None:
            await response(scope, receive, send)
            return
        app = await self.load()
        await app({**scope, "path": PATH, "raw_path": PATH.encode()}, _again(message, receive), send)

    async def _challenge(self, scope: Scope, message: Message) -> ASGIApp | None:
        principal = scope.get("principal")
        if principal is None or principal.via != "anonymous" or message.get("more_body", False):
            return None
        from gateway.agents.admission import challenge  # late: with the tools

        return challenge(principal, message.get("body", b""))

    async def _start(self) -> ASGIApp:
        acting.set(None)  # what is called to warm up is nothing that the first caller did
        app = await in_thread(self._made)
        ready = asyncio.Event()
        self._living = asyncio.create_task(self._live(app, ready))
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({self._living, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.is_set():
            waiting.cancel()
            self._living.result()
        await first_call(app, PATH)
        return app

    def _made(self) -> "StarletteWithLifespan":
        with importing(), deferring_models():
            from gateway.agents.server import create_http_app, create_server  # late: see above

            return create_http_app(create_server(self.services), self.services.settings)

    async def _live(self, app: "StarletteWithLifespan", ready: asyncio.Event) -> None:
        async with app.lifespan(app):
            ready.set()
            await self._stop.wait()


def _again(message: Message, receive: Receive) -> Receive:
    """Hands out a message that was read already, then what follows."""
    messages = [message]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
