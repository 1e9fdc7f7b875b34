"""What a client says of itself at its own https address (draft-ietf-oauth-client-id-metadata-document).

Anybody can make us fetch any address, so the address is chosen once: the name is resolved, every answer of
the resolver is judged, and the connection goes to one of those very answers, whatever the name means a moment
later. No redirect is followed, no proxy asked; all of it, the slowest headers included, has one time limit.
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

from auth.clock import Clock, utc_now
from auth.errors import AuthError

LARGEST = 5 * 1024
"""Bytes of a document (the draft, section 6.6)."""
LARGEST_HEAD = 8 * 1024
SECONDS = 5.0
AT_ONCE = 4
KEPT, FAILURE_KEPT = 3_600.0, 60.0
MOST_KEPT = 500
LONGEST_ADDRESS = 500

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Allowed = Callable[[str], bool]


class DocumentRefused(AuthError):
    """Why there is no document; the sentence is for the log."""

    code = "invalid_input"


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """IP addresses of a name. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_document_address(client_id: str) -> bool:
    """Whether a client's id is the address of its document: https, a path, nothing that is left open to
    interpretation (the draft, section 3)."""
    try:
        parts = urlsplit(client_id)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = client_id.isascii() and client_id.isprintable() and not set(client_id) & set(" \\#@")
    dots = {".", ".."} & set(parts.path.split("/"))
    fits = plain and len(client_id) <= LONGEST_ADDRESS
    return fits and parts.scheme == "https" and bool(host) and parts.path not in {"", "/"} and not dots


@dataclass(frozen=True)
class Found:
    """A document, or None where it was refused, until the clock says `until`."""

    document: dict[str, Any] | None
    until: float


class ClientDocuments:
    """Fetches and keeps them. `allowed` says of an IP address whether it lies outside; `context` is whom
    TLS trusts."""

    def __init__(
        self,
        allowed: Allowed,
        *,
        resolve: Resolve = resolve_by_system,
        context: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
        clock: Clock = utc_now,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._given_context = context
        self._seconds = seconds
        self._clock = clock
        self._kept: dict[str, Found] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def get(self, client_id: str) -> dict[str, Any]:
        """The JSON object at the address. Raises DocumentRefused; a refusal is kept for a minute too."""
        found = self._kept.get(client_id)
        if found is None or found.until <= self._clock().timestamp():
            found = await self._fetched(client_id)
            self._kept.pop(client_id, None)
            self._kept[client_id] = found
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        if found.document is None:
            raise DocumentRefused("refused a moment ago")
        return found.document

    async def fetch(self, client_id: str) -> tuple[dict[str, Any], float]:
        """(document, seconds that it may be kept), from the network. Raises DocumentRefused."""
        if not is_document_address(client_id):
            raise DocumentRefused("no address of a document")
        parts = urlsplit(client_id)
        try:
            async with self._at_once, asyncio.timeout(self._seconds):
                answer = await self._asked(parts, await self._addresses(parts))
        except (OSError, TimeoutError, HTTPException, UnicodeError) as error:
            raise DocumentRefused(f"{type(error).__name__} while it was fetched") from error
        document = _document(answer)
        if document.get("client_id") != client_id:
            raise DocumentRefused("it names another client_id")
        return document, _freshness(answer)

    async def _fetched(self, client_id: str) -> Found:
        now = self._clock().timestamp()
        try:
            document, seconds = await self.fetch(client_id)
        except DocumentRefused:
            return Found(None, now + FAILURE_KEPT)
        return Found(document, now + seconds)

    async def _addresses(self, parts: SplitResult) -> Sequence[str]:
        addresses = await self._resolve(parts.hostname or "", parts.port or 443)
        if not addresses or not all(map(self._allowed, addresses)):
            raise DocumentRefused("its name leads inside")
        return addresses

    async def _asked(self, parts: SplitResult, addresses: Sequence[str]) -> HTTPResponse:
        reader, writer = await self._connected(parts, addresses)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        lines = ["Accept: application/json", "Accept-Encoding: identity", "Connection: close"]
        head = "\r\n".join([f"GET {target} HTTP/1.1", f"Host: {parts.netloc}", *lines])
        try:
            writer.write(f"{head}\r\n\r\n".encode("ascii"))
            return _parsed(await _read(reader))
        finally:
            writer.transport.abort()

    async def _connected(
        self, parts: SplitResult, addresses: Sequence[str]
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """To the first that answers; this machine may have no IPv6, and the name may."""
        failed = OSError("no address")
        for address in addresses:
            try:
                return await asyncio.open_connection(
                    address, parts.port or 443, ssl=self._context, server_hostname=parts.hostname
                )
            except OSError as error:
                failed = error
        raise failed

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._given_context or ssl.create_default_context()


class _Bytes:
    """What HTTPResponse reads from instead of a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def makefile(self, _mode: str) -> BytesIO:
        return BytesIO(self._content)


async def _read(reader: asyncio.StreamReader) -> bytes:
    content = bytearray()
    while part := await reader.read(4096):
        content += part
        if len(content) > LARGEST_HEAD + LARGEST:
            raise DocumentRefused("it is too large")
    return bytes(content)


def _parsed(content: bytes) -> HTTPResponse:
    answer = HTTPResponse(cast("Any", _Bytes(content)))
    answer.begin()
    return answer


def _document(answer: HTTPResponse) -> dict[str, Any]:
    """The object in an answer that is one: 200, JSON by its type, small, as it is."""
    if answer.status != 200:
        raise DocumentRefused(f"HTTP {answer.status}")
    kind = answer.headers.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise DocumentRefused("it is no JSON by its type")
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise DocumentRefused("it is compressed")
    try:
        body = answer.read(LARGEST + 1)
        found = json.loads(body)
    except (HTTPException, ValueError, RecursionError) as error:
        raise DocumentRefused("it is no JSON") from error
    if len(body) > LARGEST or not isinstance(found, dict):
        raise DocumentRefused("it is too large, or no object")
    return found


def _freshness(answer: HTTPResponse) -> float:
    """Seconds, by Cache-Control (RFC 9111 section 5.2.2), never more than an hour."""
    seconds = KEPT
    for directive in answer.headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        if name in {"no-store", "no-cache"}:
            return 0.0
        if name == "max-age" and value.isdigit():
            seconds = min(KEPT, float(value))
    return seconds
