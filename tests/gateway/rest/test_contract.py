"""Routes ask the policy before they read anything."""

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from auth import ALL_RIGHTS, Principal, Right
from gateway import errors
from gateway.rest.answers import answer
from gateway.rest.call import Call
from gateway.rest.contract import Routes
from gateway.rest.serving import Served

OWNER = Principal("owner", "Owner", "owner@localhost", ALL_RIGHTS, "owner")
READER = Principal("reader", "Reader", "reader@localhost", frozenset({Right.READ}), "token")


def app() -> Starlette:
    routes = Routes("test")

    @routes.add("PUT", "/pages/{path:path}", "write", "Health")
    async def write(call: Call) -> Response:
        await call.request.body()
        return answer({"status": call.path})

    built = Starlette(routes=[Served(declared) for declared in routes.declared])
    errors.install(built)
    return built


async def put(principal: Principal | None, path: str = "home") -> httpx.Response:
    inner = app()

    async def unread() -> Message:
        raise AssertionError("the body was read")

    async def gated(scope: Scope, receive: Receive, send: Send) -> None:
        may = principal is not None and principal.may(Right.WRITE) and not principal.path_prefix
        await inner({**scope, "principal": principal}, receive if may else unread, send)

    transport = httpx.ASGITransport(gated)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.put(f"/pages/{path}", content=b"text")


async def test_who_may_goes_on() -> None:
    assert (await put(OWNER)).json() == {"status": "home"}


async def test_who_may_not_is_403_and_the_body_stays_unread() -> None:
    response = await put(READER)

    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")


async def test_without_a_principal_nobody_may() -> None:
    response = await put(None)

    assert (response.status_code, response.json()["www_authenticate"]) == (401, "Bearer")


async def test_the_policy_is_asked_about_the_page() -> None:
    bound = Principal("t", "T", "t@localhost", ALL_RIGHTS, "token", path_prefix="docs")

    assert (await put(bound, "home")).status_code == 403
