"""The mounted WSGI application: identity, bounds, bodies."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import Message, Scope

from wiki_app.mount import EMAIL, HELD, NAME, PERMISSIONS, Environ, Mounted, identity_keys, mount


@dataclass(frozen=True)
class Caller:
    name: str
    email: str
    rights: frozenset[str]


ADA = Caller("Ada Łukasiewicz", "ada@example.org", frozenset({"WRITE", "READ"}))

SPELLINGS = [
    b"x-otterwiki-permissions",
    b"X-Otterwiki-Permissions",
    b"x_otterwiki_permissions",
    b"x_otterwiki-permissions",
    b"X-OTTERWIKI_permissions",
    "x-otterwiki-permißions".encode("latin-1"),
]


def echo(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says who it thinks is calling, and repeats the body."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    said = [environ.get(key, "-") for key in (NAME, EMAIL, PERMISSIONS)]
    return ["|".join(said).encode(), b"\n", environ["wsgi.input"].read()]


@pytest.fixture
def wiki() -> Iterator[Mounted]:
    mounted = mount(echo, workers=2, backlog=1)
    yield mounted
    mounted.close()


def scope(headers: Iterable[tuple[bytes, bytes]] = (), **more: object) -> Scope:
    base = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "root_path": "",
    }
    return {**base, "query_string": b"", "headers": list(headers), "server": ("localhost", 80), **more}


async def call(app: Mounted, scope: Scope, *messages: Message) -> tuple[int, bytes]:
    waiting = list(messages) or [{"type": "http.request", "body": b""}]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return (sent[0]["status"] if sent else 0), b"".join(message.get("body", b"") for message in sent)


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_header_grants_nothing_however_it_is_spelt(wiki: Mounted, spelling: bytes) -> None:
    forged = [(spelling, b"ADMIN"), (b"X-Otterwiki-Name", b"Eve"), (b"x_otterwiki_email", b"eve@example.org")]
    _, body = await call(wiki, scope(forged))
    assert body == b"-|-|-\n"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_header_adds_nothing_to_the_principal(wiki: Mounted, spelling: bytes) -> None:
    forged = [(spelling, b"ADMIN"), (spelling, b"ADMIN"), (b"x_otterwiki_name", b"Eve")]
    _, body = await call(wiki, scope(forged, principal=ADA))
    assert body.decode() == "Ada Łukasiewicz|ada@example.org|READ,WRITE\n"


def test_a_caller_without_rights_is_nobody() -> None:
    assert identity_keys(Caller("Ada", "ada@example.org", frozenset())) == {}


def test_a_visitor_without_an_address_gets_a_reserved_one() -> None:
    assert identity_keys(Caller("", "", frozenset({"READ"})))[EMAIL] == "anonymous@wiki.invalid"


def test_names_are_made_one_line() -> None:
    assert identity_keys(Caller("A\r\nB\tC", "a@b", frozenset({"READ"})))[NAME] == "A B C"


async def test_the_body_arrives_whole(wiki: Mounted) -> None:
    parts: list[Message] = [
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "body": b"two", "more_body": False},
    ]
    _, body = await call(wiki, scope(), *parts)
    assert body.endswith(b"\none two")


async def test_a_long_answer_arrives_in_order_before_it_is_whole() -> None:
    first, second = b"a" * (HELD + 1), b"b" * 10
    seen, read_on = list[int](), threading.Event()

    def long(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield first
        assert read_on.wait(10), "the first piece waited for the last"
        yield second

    async def send(message: Message) -> None:
        seen.append(len(message.get("body", b"")))
        if seen[-1] > HELD:
            read_on.set()

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    mounted = mount(long, workers=1)
    await mounted(scope(), receive, send)
    mounted.close()
    assert seen == [0, len(first), len(second)]


async def test_an_answer_that_fails_half_way_is_not_begun() -> None:
    def broken(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"half"
        raise ValueError("broken")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    mounted = mount(broken, workers=1)
    with pytest.raises(ValueError, match="broken"):
        await mounted(scope(), receive, send)
    mounted.close()
    assert sent == []


async def test_a_request_whose_client_leaves_is_not_run(wiki: Mounted) -> None:
    half: Message = {"type": "http.request", "body": b"one ", "more_body": True}
    status, _ = await call(wiki, scope(), half, {"type": "http.disconnect"})
    assert status == 0


async def test_a_query_with_raw_bytes_is_escaped(wiki: Mounted) -> None:
    status, _ = await call(wiki, scope(query_string="q=ü".encode()))
    assert status == 200


async def test_more_requests_than_may_wait_get_503() -> None:
    gate = threading.Event()

    def slow(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        gate.wait(10)
        return echo(environ, start_response)

    mounted = mount(slow, workers=1, backlog=1)
    waiting = [asyncio.create_task(call(mounted, scope())) for _ in range(2)]
    await asyncio.sleep(0)
    status, _ = await call(mounted, scope())
    gate.set()
    assert (status, [answer for answer, _ in await asyncio.gather(*waiting)]) == (503, [200, 200])
    mounted.close()


async def test_a_closed_mount_takes_no_requests() -> None:
    mounted = mount(echo, workers=1)
    mounted.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        await call(mounted, scope())
