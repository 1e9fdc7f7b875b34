"""Handlers for tests of the platform's limits: the wiki's own handler over an app that misbehaves."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.aws_lambda import Handler

finished: list[str] = []


async def slow(request: Request) -> Response:
    """Takes the seconds that are asked for, without blocking."""
    await asyncio.sleep(float(request.query_params["seconds"]))
    finished.append("slow")
    return PlainTextResponse("at last")


async def done(_: Request) -> Response:
    """What came to its end."""
    return PlainTextResponse(",".join(finished))


async def half(_: Request) -> Response:
    """Breaks off."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise ValueError("secret")

    return StreamingResponse(parts())


async def large(request: Request) -> Response:
    """So many bytes."""
    return Response(b"\xff" * int(request.query_params["size"]), media_type="application/octet-stream")


async def stuck(_: Request) -> Response:
    """Blocks the loop, which nothing but the platform can end."""
    time.sleep(60)  # noqa: ASYNC251 — that is what is tested
    return PlainTextResponse("never")


def make() -> Starlette:
    """The app."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield

    routes = [Route(f"/{one.__name__}", one) for one in (slow, done, half, large, stuck)]
    return Starlette(routes=routes, lifespan=lifespan)


handler = Handler(make)
