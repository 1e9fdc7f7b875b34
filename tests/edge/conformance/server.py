"""`python -m tests.edge.conformance.server PORT DATA EXCHANGE`: the suite's fixtures behind the real gateway.

All of the gateway is in front: the middleware, the gate, the door with its 405 and its lifespan. Only the
tools are the suite's. EXCHANGE is "json" (as the wiki answers: one JSON body, no session) or "stream": the
scenarios that let a server speak during a call (logging, progress, sampling, elicitation) need a stream,
and before 2026-07-28 a session too. The wiki's own tools do none of this.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from fastmcp.server.http import StarletteWithLifespan
from starlette.applications import Starlette

from gateway.agents import AgentsDoor
from gateway.app import create_app
from gateway.services import open_services
from gateway.settings import Settings
from tests.edge.conformance.fixtures import fixture_server


class FixtureDoor(AgentsDoor):
    """The door with other tools behind it."""

    exchange = "json"

    def _made(self) -> StarletteWithLifespan:
        json = self.exchange == "json"
        return fixture_server().http_app(
            path="/mcp", stateless_http=json, json_response=json, host_origin_protection=True
        )


def app(data: Path, exchange: str) -> Starlette:
    """The gateway over a data folder, with the fixtures at /mcp."""
    settings = Settings.of({"data": data, "load": "first-use", "otterwiki": {}})

    @asynccontextmanager
    async def lifespan(outer: Starlette) -> AsyncIterator[None]:
        async with open_services(settings) as services:
            door = FixtureDoor(services.agents.services)
            door.exchange = exchange
            outer.mount("/", create_app(settings, replace(services, agents=door)))
            yield
            await door.close()

    return Starlette(lifespan=lifespan)


if __name__ == "__main__":
    port, data, exchange = sys.argv[1:]
    uvicorn.run(app(Path(data), exchange), host="127.0.0.1", port=int(port), log_level="warning")
