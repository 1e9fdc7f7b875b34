"""One request answered at once, beside the SDK's own way through a transport: the same bytes.

Both are FastMCP's app, with and without the middleware; only what they add to the body (nothing) may differ.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import httpx
import pytest
from fastmcp import FastMCP
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from gateway.agents.exchange import COMPARED_WITH, SingleExchange
from gateway.middleware.body import BodyLimit

ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
ERAS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def server() -> FastMCP[None]:
    """A tool that answers, one that fails, one that speaks to the client meanwhile; a resource, a prompt."""
    made: FastMCP[None] = FastMCP("example", version="1", mask_error_details=True)

    @made.tool
    def answers(name: str = "otter") -> dict[str, str]:
        return {"name": name, "letters": "ÄÖ 🦦 \u2028"}

    @made.tool
    def fails() -> str:
        raise ValueError("no")

    @made.resource("example://page")
    def page() -> str:
        return "text"

    @made.prompt
    def ask(about: str) -> str:
        return f"What about {about}?"

    return made


@asynccontextmanager
async def client(*middleware: Middleware, of: FastMCP[None]) -> AsyncIterator[httpx.AsyncClient]:
    app = of.http_app(path="/mcp", stateless_http=True, json_response=True, middleware=list(middleware))
    async with app.lifespan(app):
        transport = httpx.ASGITransport(app=_typed(BodyLimit(app)))  # bodies come whole, as in the gateway
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            yield http


def _typed(app: ASGIApp) -> Any:
    return app


async def both(body: bytes, headers: dict[str, str]) -> tuple[httpx.Response, httpx.Response, int]:
    """(ours, the SDK's, how many requests were answered without the SDK's transport)."""
    made, passed_on = server(), 0

    class Counts:
        def __init__(self, app: ASGIApp) -> None:
            self._app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            nonlocal passed_on
            passed_on += scope["type"] == "http"
            await self._app(scope, receive, send)

    async with client(Middleware(SingleExchange, made), Middleware(Counts), of=made) as http:
        ours = await http.post("/mcp", content=body, headers=headers)
    async with client(of=server()) as http:
        theirs = await http.post("/mcp", content=body, headers=headers)
    return ours, theirs, 1 - passed_on


def said(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


INITIALIZE = said(
    "initialize",
    protocolVersion="2025-06-18",
    capabilities={},
    clientInfo={"name": "tester", "version": "1"},
)
REQUESTS = {
    "a call": said("tools/call", name="answers", arguments={"name": "ß"}),
    "an id that is text": {**said("tools/list"), "id": "seven"},
    "a tool that fails": said("tools/call", name="fails", arguments={}),
    "a tool that is none": said("tools/call", name="none", arguments={}),
    "arguments that do not fit": said("tools/call", name="answers", arguments={"name": []}),
    "a call without a name": said("tools/call"),
    "a list": said("tools/list"),
    "no params": {"jsonrpc": "2.0", "id": 0, "method": "ping"},
    "initialize": INITIALIZE,
    "initialize of nothing": said("initialize"),
    "a resource": said("resources/read", uri="example://page"),
    "a resource that is none": said("resources/read", uri="example://none"),
    "a prompt": said("prompts/get", name="ask", arguments={"about": "otters"}),
    "a method that is none": said("no/such"),
    "a method of the other era": said("server/discover"),
    "a level of logging": said("logging/setLevel", level="error"),
    "meta": said("tools/call", name="answers", _meta={"progressToken": 3}),
}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
async def test_a_request_is_answered_as_the_sdk_answers_it(request_: dict[str, Any], era: str) -> None:
    body = json.dumps(request_, ensure_ascii=False).encode()

    ours, theirs, at_once = await both(body, {**ACCEPT, "mcp-protocol-version": era})

    assert at_once == 1
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
    assert ours.headers == theirs.headers


OTHERS: dict[str, tuple[bytes, dict[str, str]]] = {
    "no JSON": (b"{", ACCEPT),
    "no request": (b"{}", ACCEPT),
    "a batch": (json.dumps([REQUESTS["a list"]]).encode(), ACCEPT),
    "a notification": (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', ACCEPT),
    "an answer": (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', ACCEPT),
    "another type": (json.dumps(INITIALIZE).encode(), {**ACCEPT, "content-type": "text/plain"}),
    "no JSON wanted": (json.dumps(INITIALIZE).encode(), {**ACCEPT, "accept": "text/event-stream"}),
    "a version that is none": (json.dumps(INITIALIZE).encode(), {**ACCEPT, "mcp-protocol-version": "1999"}),
    "the new era": (json.dumps(INITIALIZE).encode(), {**ACCEPT, "mcp-protocol-version": "2026-07-28"}),
}


@pytest.mark.parametrize(("body", "headers"), OTHERS.values(), ids=OTHERS)
async def test_whatever_else_comes_is_left_to_the_sdk(body: bytes, headers: dict[str, str]) -> None:
    ours, theirs, at_once = await both(body, headers)

    assert at_once == 0
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)


def test_the_sdk_is_the_one_that_was_compared_with() -> None:
    assert version("mcp").startswith(COMPARED_WITH)
