"""Whole answers, in time."""

import asyncio
import time

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.aws_lambda_answer import MARGIN, whole

START: Message = {"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]}


def with_seconds(app: ASGIApp, seconds: float) -> ASGIApp:
    """The app as the handler runs it, with so much time for an answer."""

    async def timed(scope: Scope, receive: Receive, send: Send) -> None:
        scope["deadline"] = time.monotonic() + MARGIN + seconds
        await whole(app)(scope, receive, send)

    return timed


async def get(app: ASGIApp, path: str = "/", seconds: float = 30) -> httpx.Response:
    transport = httpx.ASGITransport(with_seconds(app, seconds))
    async with httpx.AsyncClient(transport=transport, base_url="http://wiki") as http:
        return await http.get(path)


async def test_an_answer_in_parts_goes_out_as_it_is() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"one ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    answer = await get(app)

    assert (answer.status_code, answer.text, answer.headers["x-own"]) == (200, "one two", "1")


async def test_half_an_answer_is_a_fault_without_details() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(START)
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ValueError("secret")

    answer = await get(app, "/api/v1/pages")
    page = await get(app, "/home")

    assert (answer.status_code, answer.json()["code"]) == (500, "unavailable")
    assert page.headers["content-type"].startswith("text/plain")
    for one in (answer, page):
        assert "half" not in one.text and "secret" not in one.text and "x-own" not in one.headers


async def test_what_takes_too_long_is_503_and_goes_on_with_the_next_event() -> None:
    go, ended = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await go.wait()
        await send(START)
        await send({"type": "http.response.body", "body": b"done"})
        ended.set()

    late = await get(app, "/api/v1/pages", seconds=0.01)
    go.set()
    in_time = await get(app)
    await asyncio.wait_for(ended.wait(), 30)

    assert (late.status_code, late.json()["code"]) == (503, "unavailable")
    assert "look before you repeat" in late.json()["error"]
    assert (in_time.status_code, in_time.text) == (200, "done")
