"""Outermost: gives every request an id, logs it, counts it, and answers 500 when everything else failed."""

import logging
import re
import time
import uuid
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth import Principal, door_of
from auth.secret import without_secrets
from gateway.logs import request_id
from gateway.metrics import Metrics
from gateway.middleware.answer import refuse

log = logging.getLogger("wikibot.access")
# A caller may bring its own id, to find the request again; anything else is replaced.
GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")
CLIENT_GONE = 499  # nginx's number for it; never sent
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass
class Answer:
    """What went out so far."""

    status: int = 0
    size: int = 0


class Observe:
    """Sets scope["request_id"], the header X-Request-Id and the id in every log line of the request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, watched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = _id(scope)
        scope["request_id"] = identity
        token = request_id.set(identity)
        began = time.perf_counter()
        answer = Answer()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                named = [*message.get("headers", []), (b"x-request-id", identity.encode())]
                message = {**message, "headers": named}
            elif message["type"] == "http.response.body":
                answer.size += len(message.get("body", b""))
            await send(message)

        self._metrics.started()
        try:
            await self._guarded(scope, receive, watched, answer)
        finally:
            self._report(scope, answer, time.perf_counter() - began)
            request_id.reset(token)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception:
            log.exception("fault while answering")
            if answer.status:
                raise  # half an answer is out: the server must cut the connection
            sentence = f"The server failed to answer; its log has the fault as request {scope['request_id']}."
            await refuse(send, scope["path"], 500, "unavailable", sentence)

    def _report(self, scope: Scope, answer: Answer, seconds: float) -> None:
        status = answer.status or CLIENT_GONE
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        door = door_of(scope["path"])
        self._metrics.finished(door, method, status, seconds)
        principal: Principal | None = scope.get("principal")
        fields = {
            "method": scope["method"],
            # without the query, which may hold what nobody should read
            "path": without_secrets(scope["path"]),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "bytes": answer.size,
            "client": (scope.get("client") or [None])[0],
            "door": door,
            "principal": principal.subject if principal else None,
        }
        log.info("request", extra={"fields": fields})


def _id(scope: Scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return sent.decode() if GOOD_ID.match(sent) else uuid.uuid4().hex
