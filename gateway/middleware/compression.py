"""gzip for text, where the caller accepts it.

Level 1: an HTML page of 0.9 MB (a large wiki's sidebar) costs a few milliseconds and shrinks to a tenth;
higher levels cost several times as much for little. `remote` leaves callers on this machine alone, for whom
no link is slower than the compression.
"""

import zlib
from collections.abc import Iterable
from typing import Literal

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.settings import is_loopback

Mode = Literal["always", "remote", "never"]

LEVEL = 1
GZIP = 31  # zlib's window bits for a gzip header
SMALL = 1_000  # bytes: below, the header costs more than it saves
LARGE = 64 * 1024  # bytes: above, the work leaves the event loop
TEXT = frozenset(
    {
        "application/atom+xml",
        "application/javascript",
        "application/json",
        "application/rss+xml",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/markdown",
        "text/plain",
        "text/xml",
    }
)
WITHOUT_BODY = frozenset({204, 206, 304})


class Compression:
    """Sets Content-Encoding and Vary; leaves what is encoded, small, partial or not text as it is."""

    def __init__(self, app: ASGIApp, mode: Mode) -> None:
        self._app = app
        self._mode = mode

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress the answer if caller and mode allow it."""
        if scope["type"] != "http" or not self._wanted(scope):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, Compressor(send, head=scope["method"] == "HEAD"))

    def _wanted(self, scope: Scope) -> bool:
        near = is_loopback((scope.get("client") or ("",))[0])
        if self._mode == "never" or (self._mode == "remote" and near):
            return False
        return accepts_gzip(Headers(scope=scope).getlist("accept-encoding"))


class Compressor:
    """The `send` of one answer. The start waits for the first body message, which may be the whole body."""

    def __init__(self, send: Send, *, head: bool) -> None:
        self._send = send
        self._head = head
        self._start: Message | None = None
        self._stream: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        """One ASGI message."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            await self._body(message)
        else:
            await self._send(message)

    async def _body(self, message: Message) -> None:
        if self._start is not None:
            start, self._start = self._start, None
            self._stream = self._prepared(start, message)
            await self._send(start)
        if self._stream is None:
            await self._send(message)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if len(body) > LARGE:
            packed = await to_thread.run_sync(_pack, self._stream, body, more)
        else:
            packed = _pack(self._stream, body, more)
        if packed or not more:
            await self._send({"type": "http.response.body", "body": packed, "more_body": more})

    def _prepared(self, start: Message, first: Message) -> "zlib._Compress | None":
        """The stream for a body that is worth it, with the headers of `start` changed to say so."""
        headers = MutableHeaders(raw=list(start.get("headers", [])))
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in TEXT or start["status"] in WITHOUT_BODY or "content-encoding" in headers:
            return None
        headers.add_vary_header("Accept-Encoding")
        start["headers"] = headers.raw
        if self._head or _size(headers, first) < SMALL:
            return None
        headers["Content-Encoding"] = "gzip"
        del headers["content-length"]
        if headers.get("etag", "W/").startswith('"'):
            headers["ETag"] = f"W/{headers['etag']}"  # RFC 9110 section 8.8.1: another encoding, other bytes
        return zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)


def accepts_gzip(values: Iterable[str]) -> bool:
    """Whether Accept-Encoding allows gzip (RFC 9110 section 12.5.3); a weight of 0 forbids it."""
    weights: dict[str, float] = {}
    for part in ",".join(values).split(","):
        coding, _, parameter = part.partition(";")
        weights[coding.strip().lower()] = _weight(parameter)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
    except ValueError:
        return 0.0


def _size(headers: Headers, first: Message) -> int:
    """Bytes of the body as far as they are known when it begins."""
    known = SMALL if first.get("more_body") else len(first.get("body", b""))
    return int(headers.get("content-length", known))


def _pack(stream: "zlib._Compress", body: bytes, more: bool) -> bytes:
    return stream.compress(body) + (b"" if more else stream.flush())
