"""The app behind a real uvicorn on loopback, on the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from tests.functional.through import Elsewhere, Transport


class _Server(uvicorn.Server):
    """Leaves pytest's signals alone, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.listening.set()


@asynccontextmanager
async def behind_uvicorn(app: ASGIApp) -> AsyncIterator[Transport]:
    """Connections to it, set up as `wikibot serve` does."""
    config = uvicorn.Config(
        app,
        lifespan="off",  # the test has opened the services
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    server, open_ones = _Server(config), []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server._serve([listener]))
        await server.listening.wait()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"

        def transport() -> httpx.AsyncBaseTransport:
            open_ones.append(Elsewhere(url))
            return open_ones[-1]

        try:
            yield transport
        finally:
            for one in open_ones:
                await one.aclose()
            server.should_exit = True
            await serving
