"""Paths of requests, tidied before routing."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SLASHES = re.compile("/{2,}")


class Tidy:
    """Drops trailing and doubled slashes (REST.md, Paths) and answers HEAD as GET without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a tidied copy of the scope on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        tidied = {**scope, "path": tidy(scope["path"])}
        if scope["method"] == "HEAD":
            tidied["method"] = "GET"
            send = _without_body(send)
        await self._app(tidied, receive, send)


def tidy(path: str) -> str:
    """`/pages//a/b/` is `/pages/a/b`."""
    return _SLASHES.sub("/", path).rstrip("/") or "/"


def _without_body(send: Send) -> Send:
    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
