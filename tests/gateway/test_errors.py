"""Errors as HTTP answers."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import errors
from gateway.errors import STATUS, GatewayError, problem
from search.errors import SearchUnavailable
from wiki_app.errors import Conflict, InvalidInput, NotFound, TooLarge, Unavailable


async def answer_to(error: Exception) -> httpx.Response:
    async def fail(_: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", fail)])
    errors.install(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get("/")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("no"), 422, "invalid_input"),
        (NotFound("no"), 404, "not_found"),
        (Conflict("no"), 409, "conflict"),
        (TooLarge("no"), 413, "too_large"),
        (Unavailable("no"), 503, "unavailable"),
        (SearchUnavailable("no"), 503, "unavailable"),
        (GatewayError("rate_limited", "no"), 429, "rate_limited"),
        (GatewayError("permission_denied", "no"), 403, "permission_denied"),
        (HTTPException(400, "no"), 422, "invalid_input"),
        (HTTPException(403, "no"), 403, "permission_denied"),
        (HTTPException(413, "no"), 413, "too_large"),
        (HTTPException(418, "no"), 418, "unavailable"),
    ],
)
async def test_every_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    response = await answer_to(error)

    assert (response.status_code, response.json()) == (status, {"error": "no", "code": code})


async def test_fields_stand_beside_the_sentence() -> None:
    response = await answer_to(Conflict("moved on", current_revision="abc", diff="-a\n+b\n"))

    assert response.json()["current_revision"] == "abc"
    assert response.json()["diff"] == "-a\n+b\n"


async def test_a_fault_tells_nothing_of_itself() -> None:
    response = await answer_to(RuntimeError("a secret"))

    assert (response.status_code, response.json()["code"]) == (500, "unavailable")
    assert "secret" not in response.text


def test_a_401_carries_its_challenge_twice() -> None:
    response = problem("unauthenticated", "who?", headers={"WWW-Authenticate": 'Bearer scope="x"'})

    assert response.headers["www-authenticate"] == 'Bearer scope="x"'
    assert b'"www_authenticate": "Bearer scope=\\"x\\""' in response.body


def test_the_codes_are_those_that_rest_and_mcp_share() -> None:
    assert set(STATUS) == {
        "invalid_input",
        "not_found",
        "conflict",
        "permission_denied",
        "unauthenticated",
        "insufficient_scope",
        "too_large",
        "rate_limited",
        "unavailable",
        "method_not_allowed",
    }
