"""The WSGI wiki as an ASGI application: a bounded pool of threads, and an identity that cannot be forged.

The only module that knows a2wsgi.
"""

import asyncio
import contextvars
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any, Protocol, cast

from a2wsgi.wsgi import WSGIMiddleware, WSGIResponder, build_environ
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Identity(Protocol):
    """What the wiki needs to know of the caller: the author of commits and what they may do."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def rights(self) -> Iterable[str]: ...


NAME = "HTTP_X_OTTERWIKI_NAME"
EMAIL = "HTTP_X_OTTERWIKI_EMAIL"
PERMISSIONS = "HTTP_X_OTTERWIKI_PERMISSIONS"

NOBODY_NAME = "Anonymous"
NOBODY_EMAIL = "anonymous@wiki.invalid"
"""Otter Wiki takes an identity without an address for none; `.invalid` is reserved (RFC 2606)."""

HELD = 1_000_000
"""Bytes of an answer that wait for its end before they are handed to the loop."""

BUSY = (b"The wiki is busy; try again in a moment.\n", b"1")


def identified(app: WsgiApp) -> WsgiApp:
    """Lets `scope["principal"]` alone say who is calling (AUTH.md section 4).

    The three keys are cleared here, behind a2wsgi, because only here all spellings of a header have become
    one: `X-Otterwiki-Name`, `x_otterwiki_name` and every mixture of them.
    """

    def inner(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        for key in (NAME, EMAIL, PERMISSIONS):
            environ.pop(key, None)
        principal: Identity | None = environ.get("asgi.scope", {}).get("principal")
        if principal is not None:
            environ.update(identity_keys(principal))
        return app(environ, start_response)

    return inner


def identity_keys(principal: Identity) -> dict[str, str]:
    """The three keys for a caller; none for one without rights, whom the wiki then sends to its sign-in."""
    rights = ",".join(sorted(str(right).upper() for right in principal.rights))
    if not rights:
        return {}
    name, email = (_one_line(text) for text in (principal.name, principal.email))
    return {NAME: name or email or NOBODY_NAME, EMAIL: email or NOBODY_EMAIL, PERMISSIONS: rights}


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


class _Responder(WSGIResponder):
    """Hands an answer to the loop in one step, unless it is large: a2wsgi wakes the loop and waits for it
    three times a request, which is a third of what a cached page costs.
    """

    def __init__(self, app: Any, executor: ThreadPoolExecutor) -> None:
        super().__init__(app, executor, send_queue_size=0)
        self._held: list[Any] = []
        self._size = 0
        self._sending: asyncio.Task[None] | None = None
        self._send: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answers with what the worker's thread made; the body of `scope`'s request has come already."""
        message = await receive()
        environ: Any = build_environ(scope, cast("Any", BytesIO(message["body"])))
        self._send = send
        try:
            work = partial(contextvars.copy_context().run, self.wsgi, environ, self.start_response)
            await self.loop.run_in_executor(self.executor, work)
            await self._finish()
        finally:
            if self._sending and not self._sending.done():
                self._sending.cancel()
        if self.exc_info is not None:
            raise self.exc_info[0].with_traceback(self.exc_info[1], self.exc_info[2])

    def send(self, message: Any) -> None:
        """In the worker's thread. The queue has no bound: answers are in memory anyway."""
        body, more = message.get("body", b""), message.get("more_body", False)
        ends = message["type"] == "http.response.body" and not more
        if ends and self._held and "more_body" in self._held[-1]:
            self._held[-1] = {**self._held[-1], "more_body": False}
        else:
            self._held.append(message)
        self._size += len(body)
        if not ends and self._size > HELD:
            held, self._held, self._size = self._held, [], 0
            self.loop.call_soon_threadsafe(self._put, held)

    def _put(self, messages: list[Any]) -> None:
        self._sending = self._sending or self.loop.create_task(self.sender(self._send))
        for message in messages:
            self.send_queue.put_nowait(message)

    async def _finish(self) -> None:
        if self._sending is not None:
            self._put([*self._held, None])
            await self._sending
            return
        for message in self._held:
            await self._send(message)


class _Bridge(WSGIMiddleware):
    """a2wsgi's, with our responder."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        await _Responder(self.app, self.executor)(scope, receive, send)


class Mounted:
    """The ASGI application. At most `workers` requests run at a time and `backlog` wait; others get 503.

    A request enters its thread when its body is here, and leaves it when its answer is made: a slow client
    keeps no thread busy. Close it at the end.
    """

    def __init__(self, app: WsgiApp, *, workers: int, backlog: int) -> None:
        bridge: Any = _Bridge(cast("Any", identified(app)), workers=workers)
        self._executor: ThreadPoolExecutor = bridge.executor
        self._inner: ASGIApp = bridge
        self._most = workers + backlog
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI 3 application for HTTP."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
        elif self._running >= self._most:
            await _refuse(send)
        else:
            self._running += 1
            try:
                await self._answer(scope, receive, send)
            finally:
                self._running -= 1

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole_body(receive)
        if body is None:
            return  # the client has left: half a form must not be saved

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._inner({**scope, "query_string": _ascii(scope["query_string"])}, replay, send)

    def close(self) -> None:
        """Waits for the requests that run and drops those that wait."""
        self._executor.shutdown(wait=True, cancel_futures=True)


async def _whole_body(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _refuse(send: Send) -> None:
    text, seconds = BUSY
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", seconds)]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": text})


def _ascii(query: bytes) -> bytes:
    # Some clients send bytes that should have been escaped; a2wsgi reads ASCII only.
    if query.isascii():
        return query
    return b"".join(b"%%%02X" % byte if byte > 127 else bytes((byte,)) for byte in query)


def mount(wsgi_app: WsgiApp, *, workers: int = 8, backlog: int = 256) -> Mounted:
    """The wiki as an ASGI application with `.close()`."""
    return Mounted(wsgi_app, workers=workers, backlog=backlog)
