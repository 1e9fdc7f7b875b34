"""The one place that turns a request into a principal: plain ASGI, in front of every door.

REST and MCP look at the Authorization header. A credential that is wrong or malformed is answered with
401 (RFC 6750 section 3), never treated as an anonymous visitor. The browser's door ignores the header: a
proxy in front may hand on its own.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import anyio
from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.doors import Door, door_of
from auth.principal import Principal, Right
from auth.sources import RightsSource

# ".invalid" never resolves (RFC 6761 section 6.4); Otter Wiki wants an address for everybody who may act.
NOBODY = Principal("anonymous", "Anonymous", "anonymous@wiki.invalid", frozenset(), "anonymous")
PROGRAM_DOORS = frozenset[Door]({"rest", "mcp"})
RIGHTS_THREADS = 8


@dataclass(frozen=True)
class ApiKey:
    """The static bearer token and the principal that it stands for."""

    secret: str = field(repr=False)
    principal: Principal


@dataclass(frozen=True)
class GateConfig:
    """`owner`: everybody is this principal (one person, own machine). Otherwise visitors are anonymous
    with the rights that the wiki gives them, and with an `api_key` they have none on REST and MCP."""

    owner: Principal | None = None
    api_key: ApiKey | None = None


@dataclass(frozen=True)
class BadCredentials:
    """Why a credential was refused; the sentence never repeats it."""

    reason: str


class Gate:
    """Sets scope["principal"] for HTTP requests; other scopes pass."""

    def __init__(self, app: ASGIApp, config: GateConfig, rights: RightsSource) -> None:
        self._app = app
        self._config = config
        self._rights = rights
        self._limiter: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify, then go on; or answer 401."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        caller = await self._identify(door_of(scope["path"]), scope["headers"])
        if isinstance(caller, BadCredentials):
            await _unauthenticated(caller, send)
            return
        scope["principal"] = caller
        await self._app(scope, receive, send)

    async def _identify(
        self, door: Door, headers: Iterable[tuple[bytes, bytes]]
    ) -> Principal | BadCredentials:
        if door == "open":
            return NOBODY
        if door in PROGRAM_DOORS:
            credential = next((value for name, value in headers if name == b"authorization"), None)
            if credential is not None:
                return self._bearer(credential)
            if self._config.api_key:
                return NOBODY
        return self._config.owner or await self._visitor()

    def _bearer(self, credential: bytes) -> Principal | BadCredentials:
        scheme, _, token = credential.partition(b" ")
        if scheme.lower() != b"bearer" or not token.strip():
            return BadCredentials("Authorization must read 'Bearer <token>'.")
        key = self._config.api_key
        if key and hmac.compare_digest(token.strip(), key.secret.encode()):
            return key.principal
        return BadCredentials("This token is not valid here.")

    async def _visitor(self) -> Principal:
        self._limiter = self._limiter or anyio.CapacityLimiter(RIGHTS_THREADS)
        names = await to_thread.run_sync(self._rights.rights_of, None, limiter=self._limiter)
        rights = frozenset(Right(name) for name in names)
        return Principal(NOBODY.subject, NOBODY.name, NOBODY.email, rights, "anonymous")


async def _unauthenticated(refusal: BadCredentials, send: Send) -> None:
    challenge = 'Bearer error="invalid_token"'
    body = {"error": refusal.reason, "code": "unauthenticated", "www_authenticate": challenge}
    headers = [
        (b"content-type", b"application/json"),
        (b"www-authenticate", challenge.encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
