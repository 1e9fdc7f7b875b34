"""gzip for text where the caller accepts it."""

import gzip
from collections.abc import Sequence

import pytest
from starlette.types import Receive, Scope, Send

from gateway.middleware.compression import Compression, Mode, accepts_gzip
from tests.gateway.middleware.asgi import Answer, Pairs, call, scope_of

PAGE = b"<p>words and words and words</p>" * 100


class Page:
    """An app that answers with the given headers and pieces."""

    def __init__(self, pieces: Sequence[bytes], headers: Pairs, status: int = 200) -> None:
        self._pieces = list(pieces)
        self._headers = [(name.encode(), value.encode()) for name, value in headers]
        self._status = status

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        for number, piece in enumerate(self._pieces, 1):
            more = number < len(self._pieces)
            await send({"type": "http.response.body", "body": piece, "more_body": more})


HTML: Pairs = [("content-type", "text/html; charset=utf-8")]


async def ask(app: Page, *, accept: str = "gzip", mode: Mode = "always", method: str = "GET") -> Answer:
    headers = [("accept-encoding", accept)] if accept else []
    return await call(Compression(app, mode), scope_of(method, headers=headers))


@pytest.mark.parametrize(
    "pieces", [[PAGE], [PAGE, b""], [PAGE[:50], PAGE[50:], b""], [b"", PAGE], [PAGE * 40]]
)
async def test_a_page_is_compressed_however_it_comes(pieces: list[bytes]) -> None:
    size = ("content-length", str(len(b"".join(pieces))))

    answer = await ask(Page(pieces, [*HTML, size]))

    assert gzip.decompress(answer.body) == b"".join(pieces)
    assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert "content-length" not in answer.headers


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ([("content-type", "image/png")], PAGE, 200),
        ([("content-type", "text/event-stream")], PAGE, 200),
        ([*HTML, ("content-encoding", "br")], PAGE, 200),
        (HTML, b"short", 200),
        (HTML, PAGE, 206),
        ([], PAGE, 200),
    ],
)
async def test_what_gains_nothing_stays_as_it_is(headers: Pairs, body: bytes, status: int) -> None:
    answer = await ask(Page([body], headers, status))

    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(("mode", "accept"), [("never", "gzip"), ("remote", "gzip"), ("always", "")])
async def test_it_is_left_out_where_it_is_not_wanted(mode: Mode, accept: str) -> None:
    assert (await ask(Page([PAGE], HTML), mode=mode, accept=accept)).body == PAGE


async def test_another_encoding_has_a_weak_etag() -> None:
    answer = await ask(Page([PAGE], [*HTML, ("etag", '"abc"')]))

    assert answer.headers["etag"] == 'W/"abc"'


async def test_a_head_request_keeps_its_length() -> None:
    answer = await ask(Page([b""], [*HTML, ("content-length", "5000")]), method="HEAD")

    assert (answer.headers["content-length"], answer.body) == ("5000", b"")


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("*;q=0.5, gzip;q=0", False),
        ("br", False),
        ("gzip;q=x", False),
        ("", False),
    ],
)
def test_accept_encoding_is_read_with_its_weights(value: str, accepted: bool) -> None:
    assert accepts_gzip([value]) is accepted
