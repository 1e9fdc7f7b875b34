"""Paths of requests: tidied before routing, and two addresses for everything that a page has."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

F = TypeVar("F", bound=Callable[..., Any])

_SLASHES = re.compile("/{2,}")


def of_page(router: APIRouter, method: str, below: str = "", **contract: Any) -> Callable[[F], F]:
    """Register a handler with a parameter `path` at `/pages/{path}<below>` and at `/page<below>?path=`.

    The second address reaches pages whose names end like a route (`…/history`) or hold what proxies
    spoil (`?`, DECISIONS 34). More specific routes must be registered before less specific ones.
    """

    def register(handler: F) -> F:
        router.add_api_route(f"/page{below}", handler, methods=[method], **contract)
        router.add_api_route(f"/pages/{{path:path}}{below}", handler, methods=[method], **contract)
        return handler

    return register


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
