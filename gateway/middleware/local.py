"""A wiki for this machine only: no foreign web page, no other machine and no forgotten proxy reaches it.

A page that you visit can make your browser call 127.0.0.1, under its own name by DNS rebinding. So the Host
must name this machine, an Origin must be our own, and the browser's Sec-Fetch headers must not speak of
another site (https://www.w3.org/TR/fetch-metadata/), except for a link that is followed.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from auth.audit import AuditLog
from auth.doors import door_of, is_for_any_origin
from auth.identities import NOBODY
from auth.secret import without_secrets
from gateway.middleware.answer import refuse
from gateway.settings import is_loopback
from gateway.threads import in_thread

# A proxy in front makes callers of the whole network look like this machine.
SIGNS_OF_A_PROXY = ("x-forwarded-for", "x-forwarded-host", "forwarded")


@dataclass(frozen=True)
class Foreign:
    """Why a request does not come from here: 421 for the address, 403 for the page behind it."""

    status: int
    sentence: str


class LocalOnly:
    """Must stand before anything that rewrites the client address or drops the proxy's headers. Whom it
    sends away never comes to the gate, so it writes into the audit log itself."""

    def __init__(self, app: ASGIApp, audit: AuditLog | None = None) -> None:
        self._app = app
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """421 (RFC 9110 section 15.5.20) or 403 for what comes from elsewhere."""
        if scope["type"] == "http":
            foreign = judge(scope)
            if foreign:
                code = "permission_denied" if foreign.status == 403 else "invalid_input"
                if self._audit is not None:
                    await in_thread(_note, self._audit, scope, foreign.status)
                await refuse(send, scope["path"], foreign.status, code, foreign.sentence)
                return
        await self._app(scope, receive, send)


def _note(audit: AuditLog, scope: Scope, status: int) -> None:
    audit.note(
        "refused",
        who=NOBODY.subject,
        door=door_of(scope["path"]),
        status=status,
        method=scope["method"],
        path=without_secrets(scope["path"]),
        address=(scope.get("client") or (None,))[0],
        request_id=scope.get("request_id"),
    )


def judge(scope: Scope) -> Foreign | None:
    """None for a request of this machine's own user."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client and not is_loopback(client[0]):
        return Foreign(403, "This wiki serves this machine only; set WIKIBOT_HOST to open it to others.")
    if any(name in headers for name in SIGNS_OF_A_PROXY):
        return Foreign(403, "This came through a proxy: for that, set WIKIBOT_TRUSTED_PROXIES.")
    if not is_loopback(_host_name(headers.get("host", ""))):
        return Foreign(421, "This wiki answers to localhost and 127.0.0.1 only.")
    if not is_for_any_origin(scope["path"]) and not _own_origin(scope, headers):
        return Foreign(403, "A page of another site tried to reach this wiki.")
    return None


def _own_origin(scope: Scope, headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is not None:
        return origin == f"{scope.get('scheme', 'http')}://{headers.get('host')}"
    if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
        return True
    if scope["method"] not in {"GET", "HEAD"}:
        return False
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
