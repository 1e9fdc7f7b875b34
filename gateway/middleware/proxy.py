"""Scheme, host and client address as a trusted proxy saw them; from anybody else they are only claims."""

import ipaddress
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = list[tuple[bytes, bytes]]

HOST = re.compile(rb"[A-Za-z0-9.-]+(:[0-9]{1,5})?\Z|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?\Z")


class TrustedProxy:
    """Reads X-Forwarded-For, -Proto and -Host from `trusted` addresses; drops all of them in any case."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the scope, then go on."""
        if scope["type"] in {"http", "websocket"}:
            headers: Headers = scope["headers"]
            scope["headers"] = [pair for pair in headers if not _forwarded(pair[0])]
            if self._is_trusted((scope.get("client") or ("",))[0]):
                self._believe(scope, headers)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, headers: Headers) -> None:
        proto = _last(headers, b"x-forwarded-proto")
        if proto in {b"http", b"https"}:
            scope["scheme"] = proto.decode()
        host = _last(headers, b"x-forwarded-host")
        if HOST.match(host):
            rest = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope["headers"] = [(b"host", host), *rest]
        client = self._client(headers)
        if client:
            scope["client"] = (client, 0)

    def _client(self, headers: Headers) -> str | None:
        """The nearest address that is not a proxy of ours; left of it anybody could have written."""
        for address in reversed(_values(headers, b"x-forwarded-for")):
            text = address.decode("latin-1").strip("[]")
            if not _is_address(text):
                return None
            if not self._is_trusted(text):
                return text
        return None

    def _is_trusted(self, address: str) -> bool:
        if not self._trusted or not _is_address(address):
            return False
        peer = ipaddress.ip_address(address)
        return any(peer in network for network in self._trusted)


def _forwarded(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith(b"x-forwarded-")


def _values(headers: Headers, wanted: bytes) -> list[bytes]:
    joined = b",".join(value for name, value in headers if name == wanted)
    return [part.strip() for part in joined.split(b",") if part.strip()]


def _last(headers: Headers, wanted: bytes) -> bytes:
    """The value that the nearest proxy set."""
    return next(reversed(_values(headers, wanted)), b"")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
