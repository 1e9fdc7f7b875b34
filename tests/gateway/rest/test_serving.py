"""Bodies of requests: JSON that fits its model, or one sentence."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from auth import ALL_RIGHTS, Principal
from gateway import errors
from gateway.rest.answers import answer
from gateway.rest.bodies import DeleteBody, WriteBody
from gateway.rest.call import Call
from gateway.rest.contract import Routes
from gateway.rest.inputs import Body
from gateway.rest.serving import Served

OWNER = Principal("owner", "Owner", "owner@localhost", ALL_RIGHTS, "owner")
JSON = "application/json"
WRITE: Body[WriteBody] = Body("WriteBody")
DELETE: Body[DeleteBody] = Body("DeleteBody", needed=False)


def app() -> Starlette:
    routes = Routes("test")

    @routes.add("PUT", "/", "write", "Health", body=WRITE)
    async def write(call: Call) -> Response:
        return answer({"status": call[WRITE].content})

    @routes.add("DELETE", "/", "delete", "Health", body=DELETE)
    async def delete(call: Call) -> Response:
        return answer({"status": str(call[DELETE].revision)})

    built = Starlette(routes=[Served(declared) for declared in routes.declared])
    errors.install(built)
    return built


async def send(method: str, content: bytes, kind: str = JSON) -> httpx.Response:
    inner = app()

    async def gated(scope: Scope, receive: Receive, send: Send) -> None:
        await inner({**scope, "principal": OWNER}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(gated), base_url="http://test") as client:
        return await client.request(method, "/", content=content, headers={"Content-Type": kind})


@pytest.mark.parametrize(
    "kind", [JSON, "application/json; charset=utf-8", "Application/JSON", "application/x+json"]
)
async def test_json_that_fits_is_read(kind: str) -> None:
    assert (await send("PUT", '{"content": "ä", "more": 1}'.encode(), kind)).json() == {"status": "ä"}


@pytest.mark.parametrize("content", [b"", b"null", b" null\n", b"{}"])
async def test_a_body_that_is_not_needed_may_be_left_away(content: bytes) -> None:
    assert (await send("DELETE", content)).json() == {"status": "None"}


@pytest.mark.parametrize(
    ("content", "kind", "field", "words"),
    [
        (b"", JSON, "body", "Field required"),
        (b" null ", JSON, "body", "Field required"),
        (b"{}", JSON, "content", "Field required"),
        (b'{"content": 5}', JSON, "content", "valid string"),
        (b"[]", JSON, "body", "object"),
        (b"{", JSON, "body", "Invalid JSON"),
        (b"[" * 100_000, JSON, "body", "Invalid JSON"),
        (b'{"content": "\\ud800"}', JSON, "body", "Invalid JSON"),
        (b'{"content": "x"}', "text/plain", "body", "Content-Type: application/json"),
        (b'{"content": "x"}', "text/json", "body", "Content-Type: application/json"),
        (b'{"content": "x"}', "multipart/form-data", "body", "Content-Type: application/json"),
    ],
)
async def test_what_does_not_fit_is_422_with_its_field(
    content: bytes, kind: str, field: str, words: str
) -> None:
    response = await send("PUT", content, kind)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert response.json()["problems"][0]["field"] == field
    assert words in response.json()["problems"][0]["problem"]
    assert words in response.json()["error"]
