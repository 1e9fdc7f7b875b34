"""/-/oauth: the local authorization server behind a door that loads it when the first request comes."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from anyio import to_thread
from starlette.responses import JSONResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.parts import Parts
from auth.redirects import answer_uri
from auth.storage.attempts import AUTHORIZATION_ADDRESS, REGISTRATION_ADDRESS, Limit

PREFIX = "/-/oauth"
ENDPOINTS = ("/authorize", "/token", "/register", "/revoke")
LIMITS: Mapping[str, Limit] = MappingProxyType(
    {PREFIX + "/authorize": AUTHORIZATION_ADDRESS, PREFIX + "/register": REGISTRATION_ADDRESS}
)


class OAuthDoor:
    """Answers the operational endpoints. Without accounts there is nobody to ask, and it says 404."""

    def __init__(self, parts: Parts, *, metadata_documents: bool) -> None:
        self._parts = parts
        self._metadata_documents = metadata_documents
        self._loading: asyncio.Task[ASGIApp] | None = None

    def routes(self) -> list[Route]:
        """For the app's table."""
        return [Route(PREFIX + path, self) for path in ENDPOINTS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        refusal = await to_thread.run_sync(self._refusal, scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if self._loading is None:
            self._loading = asyncio.create_task(to_thread.run_sync(self._load))
        app = await asyncio.shield(self._loading)
        from auth.server import asking  # late: loaded above

        token = asking.set(scope)
        try:
            inner = {**scope, "path": scope["path"].removeprefix(PREFIX)}
            await app(inner, receive, self._with_issuer(scope, send))
        finally:
            asking.reset(token)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        if not self._parts.identities.can_sign_in():
            return _error(404, "not_found", "This wiki has no accounts: no agent has to sign in.")
        limit = LIMITS.get(scope["path"]) if scope["method"] != "OPTIONS" else None
        if limit is None:
            return None
        bucket = f"{scope['path']} {(scope.get('client') or ('unknown',))[0]}"
        wait = self._parts.attempts.wait(bucket, limit)
        if wait:
            return _error(429, "temporarily_unavailable", "Too many of these from your address.", wait)
        self._parts.attempts.note(bucket)
        return None

    def _load(self) -> ASGIApp:
        from auth.server import LocalServer  # late: FastMCP takes a second, and not every mode needs it

        server = LocalServer(self._parts, metadata_documents=self._metadata_documents)
        return Router(server.operational_routes())

    def _with_issuer(self, scope: Scope, send: Send) -> Send:
        """Errors that go back to a client name the issuer too (RFC 9207 section 2)."""
        issuer = self._parts.addresses.of(scope)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, _named(name, value, issuer)) for name, value in message["headers"]]
                message = {**message, "headers": headers}
            await send(message)

        return named


def _error(status: int, code: str, sentence: str, wait: int = 0) -> JSONResponse:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    if wait:
        headers["Retry-After"] = str(wait)
    return JSONResponse({"error": code, "error_description": sentence}, status, headers=headers)


def _named(name: bytes, value: bytes, issuer: str) -> bytes:
    if name.lower() != b"location" or b"error=" not in value:
        return value
    return answer_uri(value.decode("latin-1"), iss=issuer).encode("latin-1")
