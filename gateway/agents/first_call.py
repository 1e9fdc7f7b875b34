"""A call to oneself: FastMCP loads a part of itself with the first one, and no agent should wait for that."""

import json
import logging

from starlette.types import ASGIApp, Message

from auth import Principal

log = logging.getLogger(__name__)

STARTING = Principal("start", "wikibot", "start@wiki.invalid", frozenset(), "anonymous")
# Loopback is a host that the guard lets through; nobody's rights are enough for a list of no tools.
SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "query_string": b"",
    "root_path": "",
    "client": ("127.0.0.1", 0),
    "server": ("127.0.0.1", 80),
    "headers": [
        (b"host", b"127.0.0.1"),
        (b"content-type", b"application/json"),
        (b"accept", b"application/json, text/event-stream"),
        (b"mcp-protocol-version", b"2025-11-25"),
    ],
}
REQUESTS = (
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_pages", "arguments": {}}},
)


async def first_call(app: ASGIApp, path: str) -> None:
    """Lists the tools and calls one, as a visitor without rights. What comes of it is only logged."""
    for request in REQUESTS:
        scope = {**SCOPE, "path": path, "raw_path": path.encode(), "state": {}, "principal": STARTING}
        status = await _post(app, scope, json.dumps(request).encode())
        log.debug("first call: %s answered %s", request["method"], status)


async def _post(app: ASGIApp, scope: dict[str, object], body: bytes) -> int:
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0] if statuses else 0
