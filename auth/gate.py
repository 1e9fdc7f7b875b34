"""The one place that turns a request into a principal: plain ASGI, in front of every door.

REST and MCP look at the Authorization header, git at its own form of it, the browser's door at the session
cookie (a proxy in front may hand on a header of its own). Pages as Markdown are between the two: a bearer
token counts, and without one they are the browser's. A credential that is wrong or malformed is answered
with 401 (RFC 6750 section 3), never treated as an anonymous visitor. Clients sign in when HTTP says 401 or
403 with a challenge, not when a tool says no; so where a door's requests all look alike, its `Need` names the
operation and the gate answers.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import anyio
from anyio import to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth.acting import Acting, acting
from auth.address import Addresses
from auth.audit import AuditLog
from auth.challenge import Challenges
from auth.doors import Door, door_of
from auth.headers import (
    SAFE_METHODS,
    basic_password,
    bearer,
    cookie,
    has_token_in_query,
    header,
    is_foreign,
    is_same_origin,
)
from auth.identities import NOBODY, Identities, Refused
from auth.policy import Deny, decide
from auth.principal import Principal
from auth.secret import without_secrets

P = ParamSpec("P")
T = TypeVar("T")

PROGRAM_DOORS = frozenset[Door]({"rest", "mcp"})
BROWSER_DOORS = frozenset[Door]({"browser", "raw"})
REFUSALS = frozenset({401, 403})
THREADS = 16
COOKIE = "wikibot"
SIGN_IN = "/-/login"

Need = Callable[[Scope, bytes], str | None]
"""The operation (a name of auth.policy.OPERATIONS) that a request's scope and body ask for; None for none."""

MALFORMED = Refused("Authorization must read 'Bearer <token>'.")
GIT_MALFORMED = Refused("Give any name, and a personal access token as the password.")
IN_QUERY = Refused("A token belongs in the Authorization header, never in the address.")
FOREIGN = Refused("A page of another site tried to do this in your name.", 403, "permission_denied")


def git_need(scope: Scope, body: bytes) -> str:  # noqa: ARG001 - a Need's signature
    """git over HTTP: what changes the repository is a push, all else fetches."""
    query: bytes = scope.get("query_string", b"")
    pushes = scope["path"].endswith("/git-receive-pack") or b"service=git-receive-pack" in query
    return "push" if pushes else "fetch"


class Gate:
    """Sets scope["principal"] and scope["challenge"] for HTTP requests; other scopes pass."""

    def __init__(
        self,
        app: ASGIApp,
        identities: Identities,
        challenges: Challenges,
        needs: Mapping[Door, Need] = MappingProxyType({}),
        audit: AuditLog | None = None,
    ) -> None:
        self._app = app
        self._identities = identities
        self._challenges = challenges
        self._addresses: Addresses = challenges.addresses
        self._needs: Mapping[Door, Need] = {"git": git_need, **needs}
        self._audit = audit
        self._limiter: anyio.CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identify, then go on; or answer 401 or 403."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door = door_of(scope["path"])
        caller = await self._in_thread(self._caller, door, scope)
        if isinstance(caller, Refused):
            send = self._watched(Acting(NOBODY, door, scope.get("request_id")), scope, send)
            await self._refuse(caller, None, scope, send)
            return
        scope["principal"] = caller
        scope["challenge"] = self._challenges
        now = Acting(caller, door, scope.get("request_id"))
        acting.set(now)
        send = self._watched(now, scope, send)
        if door in self._needs:
            message = await receive()
            now.operation = self._needs[door](scope, message.get("body", b""))
            receive = _again(message, receive)
            refused = self._judge(now)
            if refused is not None:
                await self._refuse(refused, now.operation, scope, send)
                return
        await self._app(scope, receive, send)

    def _caller(self, door: Door, scope: Scope) -> Principal | Refused:
        if door == "open":
            return NOBODY
        own = self._addresses.of(scope)
        if door in BROWSER_DOORS and scope["method"] not in SAFE_METHODS and is_foreign(scope, own):
            return FOREIGN
        credential = self._credential(door, scope)
        if isinstance(credential, Refused):
            return credential
        if credential is not None:
            return self._identities.by_token(credential)
        return self._identities.owner() or self._session(door, scope, own) or self._visitor(door)

    def _credential(self, door: Door, scope: Scope) -> str | Refused | None:
        """The token of this request, for a door that takes one."""
        if door in PROGRAM_DOORS and has_token_in_query(scope):
            return IN_QUERY
        value = header(scope, b"authorization")
        if value is None or door == "browser":
            return None
        if door == "git":
            return basic_password(value) or bearer(value) or GIT_MALFORMED
        if door == "raw" and not value.lower().startswith("bearer"):
            return None  # a proxy's own
        return bearer(value) or MALFORMED

    def _session(self, door: Door, scope: Scope, own: str) -> Principal | None:
        """Who is signed in. On REST only for our own pages, on MCP never: no other site uses the cookie."""
        if door == "mcp" or (door == "rest" and not is_same_origin(scope, own)):
            return None
        secret = cookie(scope, self._addresses.cookie(scope, COOKIE))
        return self._identities.by_session(secret) if secret else None

    def _visitor(self, door: Door) -> Principal:
        if door in PROGRAM_DOORS and self._identities.visitors_need_a_token:
            return NOBODY
        return self._identities.visitor()

    def _judge(self, now: Acting) -> Refused | None:
        """What stands against it; a mere lack of rights is for the surface to say, but on git."""
        caller = now.principal
        if now.operation is None:
            closed = now.door == "mcp" and caller.via == "anonymous" and not caller.rights
            return Refused("This wiki is for people with an account: sign in.") if closed else None
        decision = decide(caller, now.operation)
        if not isinstance(decision, Deny):
            return None
        if decision.code == "permission_denied" and now.door != "git":
            return None
        status = 401 if decision.code == "unauthenticated" else 403
        return Refused(decision.reason, status, decision.code)

    def _watched(self, now: Acting, scope: Scope, send: Send) -> Send:
        """Writes refusals into the audit log, whichever door said no."""
        if self._audit is None or now.door == "open":
            return send
        audit = self._audit

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and (now.refusal or is_refusal(scope, message)):
                await self._in_thread(_note_refusal, audit, now, scope, message["status"])
            await send(message)

        return watched

    async def _refuse(self, refused: Refused, operation: str | None, scope: Scope, send: Send) -> None:
        challenge = await self._in_thread(self._challenge, refused, operation, scope)
        await send_refusal(refused, scope, send, challenge)

    def _challenge(self, refused: Refused, operation: str | None, scope: Scope) -> str | None:
        if refused.code == "insufficient_scope":
            return self._challenges.of(scope, error="insufficient_scope", operation=operation)
        if refused.status != 401:
            return None
        given = header(scope, b"authorization") is not None or has_token_in_query(scope)
        return self._challenges.of(scope, error="invalid_token" if given else None, operation=operation)

    async def _in_thread(self, func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._limiter = self._limiter or anyio.CapacityLimiter(THREADS)
        return await to_thread.run_sync(lambda: func(*args, **kwargs), limiter=self._limiter)


async def send_refusal(refused: Refused, scope: Scope, send: Send, challenge: str | None) -> None:
    """The refusal as JSON for programs, as one sentence for browsers; a challenge stands in the body too,
    because some proxies rename the header (API Gateway does)."""
    body: dict[str, object] = {"error": refused.reason, "code": refused.code}
    headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    if challenge:
        body["www_authenticate"] = challenge
        headers.append((b"www-authenticate", challenge.encode("ascii", "replace")))
    if refused.status == 503:
        headers.append((b"retry-after", b"5"))
    plain = door_of(scope["path"]) in {"browser", "git"}
    headers.append((b"content-type", b"text/plain; charset=utf-8" if plain else b"application/json"))
    content = refused.reason.encode() if plain else json.dumps(body).encode()
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def is_refusal(scope: Scope, message: Message) -> bool:
    """Whether an answer's head says no: by its status, or in the browser by sending people to sign in.
    What the sign-in page answers is none: a wrong password has an entry of its own."""
    status: int = message["status"]
    if scope["path"] == SIGN_IN and (status == 401 or scope["method"] in SAFE_METHODS):
        return False
    if status in REFUSALS:
        return True
    location = next((value for name, value in message.get("headers", ()) if name.lower() == b"location"), b"")
    target = urlsplit(location.decode("latin-1"))
    return 300 <= status < 400 and target.path == SIGN_IN and target.query.startswith("next=")


def _note_refusal(audit: AuditLog, now: Acting, scope: Scope, status: int) -> None:
    said = now.refusal
    audit.note(
        "refused",
        who=now.principal.subject,
        door=now.door,
        operation=said.operation if said else now.operation,
        code=said.code if said else None,
        agent=now.principal.client or (said.agent if said else None),
        pages=(said.pages if said else None) or None,
        status=status,
        method=scope["method"],
        path=without_secrets(scope["path"]),
        address=(scope.get("client") or (None,))[0],
        request_id=now.request_id,
    )


def _again(message: Message, receive: Receive) -> Receive:
    messages = [message]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
