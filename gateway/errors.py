"""Every error as an HTTP answer: one table from code to status, one JSON shape.

The codes are those of DECISIONS.md 6 and are shared by REST, MCP and the browser; an error is
always `{"error": <sentence>, "code": <word>, ...fields}` (REST.md).
"""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from auth.challenge import Challenges
from auth.secret import without_secrets
from gateway.threads import in_thread
from search.errors import SearchError
from wiki_app.errors import WikiError

log = logging.getLogger(__name__)

STATUS: Mapping[str, int] = MappingProxyType(
    {
        "invalid_input": 422,
        "not_found": 404,
        "conflict": 409,
        "permission_denied": 403,
        "unauthenticated": 401,
        "insufficient_scope": 403,
        "too_large": 413,
        "rate_limited": 429,
        "unavailable": 503,
        "method_not_allowed": 405,
    }
)

CHALLENGED = frozenset({"unauthenticated", "insufficient_scope"})
CHALLENGE = "Bearer"
"""What a 401 asks for, in its header and in its body."""

# Statuses that Starlette raises itself. 400 is a form that could not be parsed.
_CODE_OF_STATUS = {400: "invalid_input"} | {
    status: code for code, status in STATUS.items() if code != "insufficient_scope"
}


class GatewayError(Exception):
    """A refusal that the gateway itself decides, by its stable code."""

    def __init__(self, code: str, message: str, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields


class Denied(GatewayError):
    """The policy said no to `operation`; the challenge names what it needs."""

    def __init__(self, code: str, message: str, operation: str) -> None:
        super().__init__(code, message)
        self.operation = operation


def problem(
    code: str,
    message: str,
    fields: Mapping[str, object] | None = None,
    *,
    status: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for an error; a 401 carries its challenge in header and body."""
    body: dict[str, object] = {"error": message, "code": code}
    sent = dict(headers or {})
    if code == "unauthenticated":
        sent.setdefault("WWW-Authenticate", CHALLENGE)
    if "WWW-Authenticate" in sent:
        body["www_authenticate"] = sent["WWW-Authenticate"]
    body.update(fields or {})
    return Response(
        json.dumps(body, default=str),
        status or STATUS[code],
        headers=sent,
        media_type="application/json",
    )


def install(app: Starlette) -> None:
    """Make every error that leaves `app` one of ours; `detail` appears nowhere."""
    for kind in (WikiError, SearchError, GatewayError):
        app.add_exception_handler(kind, _coded)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _coded(request: Request, error: Exception) -> Response:
    assert isinstance(error, WikiError | SearchError | GatewayError)
    headers = {}
    challenges: Challenges | None = request.scope.get("challenge")
    if error.code in CHALLENGED and challenges is not None:
        operation = error.operation if isinstance(error, Denied) else None
        kind = error.code if error.code == "insufficient_scope" else None
        headers["WWW-Authenticate"] = await in_thread(
            challenges.of, request.scope, error=kind, operation=operation
        )
    return problem(error.code, error.message, error.fields, headers=headers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODE_OF_STATUS.get(error.status_code, "unavailable")
    status = STATUS[code] if code == "invalid_input" else error.status_code
    return problem(code, _sentence(request, error), status=status, headers=error.headers)


def _sentence(request: Request, error: HTTPException) -> str:
    path = request.scope["path"]
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {path}."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "other methods")
        return f"{request.method} is not possible at {path}; it takes {allowed}."
    return str(error.detail)


def _fault(request: Request, error: Exception) -> Response:
    """A fault of ours: logged with its trace by the server, and no detail of it goes out."""
    path = without_secrets(request.scope["path"])
    log.error("fault while answering %s %s", request.method, path, exc_info=error)
    return problem("unavailable", "The server failed to answer; the fault is in its log.", status=500)
