"""Request bodies: read whole and bounded before anything else works on them.

Every consumer behind needs the whole body anyway (JSON, forms, git packs over WSGI), and a slow sender then
holds no thread. Chunked bodies are counted while they come.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth import Door, door_of
from gateway.errors import STATUS, GatewayError
from gateway.middleware.answer import refuse

MIB = 1024 * 1024
ATTACHMENT = 10 * MIB  # DECISIONS 7
# What fits an attachment and what wraps it: multipart headers in the browser, base64 in REST.
LIMITS: Mapping[Door, int] = MappingProxyType(
    {
        "browser": ATTACHMENT + 64 * 1024,
        "rest": ATTACHMENT * 4 // 3 + 64 * 1024,
        "mcp": 4 * MIB,
        "git": 64 * MIB,
        "raw": 64 * 1024,
        "open": 64 * 1024,
    }
)
SECONDS = 300.0


class BodyLimit:
    """413 for a body over the door's limit, 408 for one that does not end in time."""

    def __init__(self, app: ASGIApp, limits: Mapping[Door, int] = LIMITS, seconds: float = SECONDS) -> None:
        self._app = app
        self._limits = limits
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, then go on with it as one message."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limits[door_of(scope["path"])]
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(scope, receive, limit)
        except GatewayError as error:
            await refuse(send, scope["path"], STATUS[error.code], error.code, error.message)
        except TimeoutError:
            await refuse(send, scope["path"], 408, "invalid_input", "The request did not end in time.")
        else:
            if body is not None:
                await self._app(scope, _replay(body, receive), send)


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None if the caller went away before its end. Raises GatewayError `too_large`."""
    too_large = GatewayError("too_large", f"The request is larger than the {limit:,} bytes possible here.")
    if _announced(scope) > limit:
        raise too_large
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise too_large
        if not message.get("more_body", False):
            return bytes(body)


def _announced(scope: Scope) -> int:
    """Content-Length, 0 without one. A server has checked that it is a number; a Lambda event has not."""
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
