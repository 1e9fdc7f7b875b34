"""Bodies are bounded at every door, chunked ones too, and arrive whole."""

import asyncio
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from auth import Door
from gateway.middleware.body import LIMITS, BodyLimit
from tests.gateway.middleware.asgi import Seen, call, scope_of

SMALL: dict[Door, int] = {"browser": 10, "rest": 20, "mcp": 10, "git": 10, "open": 0}


async def test_a_body_in_pieces_arrives_whole() -> None:
    app = Seen()

    answer = await call(BodyLimit(app, SMALL), scope_of("POST"), [b"12345", b"67890"])

    assert (answer.status, app.body) == (200, b"1234567890")


async def test_an_announced_size_over_the_limit_is_413_before_a_byte_is_read() -> None:
    app = Seen()
    scope = scope_of("POST", headers=[("content-length", "11")])

    async def never() -> Message:
        raise AssertionError("the body was read")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await BodyLimit(app, SMALL)(scope, never, send)

    assert sent[0]["status"] == 413
    assert not app.called


async def test_a_chunked_body_is_413_as_soon_as_it_is_too_large() -> None:
    app = Seen()

    answer = await call(BodyLimit(app, SMALL), scope_of("POST"), [b"12345", b"67890", b"1", b"never read"])

    assert answer.status == 413
    assert not app.called


async def test_each_door_has_its_own_limit_and_programs_get_json() -> None:
    limit = BodyLimit(Seen(), SMALL)

    fits = await call(limit, scope_of("PUT", "/api/v1/pages/a"), [b"x" * 20])
    over = await call(limit, scope_of("PUT", "/api/v1/pages/a"), [b"x" * 21])

    assert (fits.status, over.status) == (200, 413)
    assert json.loads(over.body)["code"] == "too_large"


async def test_a_caller_who_leaves_in_the_middle_never_reaches_the_app() -> None:
    app = Seen()
    messages: list[Message] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError("nobody listens")

    await BodyLimit(app, SMALL)(scope_of("POST"), receive, send)

    assert not app.called


async def test_a_body_that_does_not_end_is_408() -> None:
    app = Seen()
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("waited to the end")

    async def send(message: Message) -> None:
        sent.append(message)

    await BodyLimit(app, SMALL, seconds=0.01)(scope_of("POST"), receive, send)

    assert sent[0]["status"] == 408


async def test_the_app_sees_the_caller_leave_after_the_body() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"

    await call(BodyLimit(app, SMALL), scope_of("POST"), [b"x"])


@pytest.mark.parametrize("door", ["browser", "rest"])
def test_an_attachment_of_ten_mib_fits(door: Door) -> None:
    encoded = {"browser": 1.0, "rest": 4 / 3}[door]

    assert LIMITS[door] > 10 * 1024 * 1024 * encoded
