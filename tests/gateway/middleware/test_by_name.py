"""A page that is asked for by a query: everything behind sees its path."""

import string
from typing import Any

import pytest
from starlette.types import Scope

from gateway.aws_lambda_event import WebEvent
from gateway.middleware.by_name import ByName
from tests.edge.lambda_events import Kind, Request, event_of
from tests.gateway.middleware.asgi import Seen, call, scope_of
from wiki_app.addresses import address


async def seen(path: str = "/", query: str = "", method: str = "GET") -> Scope:
    app = Seen()
    await call(ByName(app), {**scope_of(method, path), "query_string": query.encode()})
    return app.scope


def place(scope: Scope) -> tuple[Any, Any]:
    return scope["path"], scope["query_string"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
async def test_the_path_is_the_one_that_the_query_names(method: str) -> None:
    scope = await seen("/", "path=docs/why%3F/history&page=2", method)
    assert place(scope) == ("/docs/why?/history", b"page=2")
    assert scope["raw_path"] == b"/docs/why%3F/history"


@pytest.mark.parametrize(
    "name",
    [
        "mcp",
        "mcp/",
        "api/v1/pages",
        "metrics",
        "healthz",
        "readyz",
        ".git/config",
        ".well-known/x",
        "-/admin",
    ],
)
async def test_what_is_no_page_is_not_reached_so(name: str) -> None:
    assert place(await seen("/", f"path={name}")) == ("/", f"path={name}".encode())
    assert place(await seen("/", f"path=x/../{name}")) == ("/", f"path=x/../{name}".encode())
    assert place(await seen("/", f"path=x{name}")) != ("/", f"path=x{name}".encode())


async def test_related_pages_belong_to_a_page() -> None:
    assert place(await seen("/", "path=-/related/why%3F")) == ("/-/related/why?", b"")


async def test_a_path_below_the_root_keeps_its_query() -> None:
    assert place(await seen("/-/search", "path=why%3F")) == ("/-/search", b"path=why%3F")


@pytest.mark.parametrize("kind", ["http-api", "function-url"])
@pytest.mark.parametrize("char", [*string.printable.strip().replace("/", ""), " ", "ü", "水", "🦦"])
async def test_each_character_of_a_name_arrives_through_each_kind_of_gateway(kind: Kind, char: str) -> None:
    name = f"a{char}b/c{char}"
    event = event_of(Request("GET", address(name), [("host", "wiki.example.org")], b""), kind)
    app = Seen()
    await call(ByName(app), WebEvent(event, None).scope)
    assert app.scope["path"] == f"/{name}"
