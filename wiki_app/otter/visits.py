"""The same view again by the same visitor: answered as a moment ago, before Flask begins its request.

A view from the cache of pages (page_cache.py) still costs two milliseconds of sessions, routes and tokens,
and with a large sidebar it is put together anew. What came out depends on the request, as far as `_asked`
goes, and on the wiki's state; while both are the same, and the answer does nothing to the session, it is sent
again.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from wiki_app.mount import EMAIL, NAME, PERMISSIONS, Environ, WsgiApp
from wiki_app.otter.kept_pages import PER_PAGE, KeptPages

STATE = "wikibot.state"
"""Key of the environ under which a view that may be sent again leaves the wiki's state at its beginning."""
ASKED = (
    "REQUEST_METHOD",
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SERVER_NAME",
    "SERVER_PORT",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_COOKIE",
    NAME,
    EMAIL,
    PERMISSIONS,
)
SECONDS = 60.0
"""How long an answer is sent again: its CSRF token, which is good for an hour, grows older with it."""


@dataclass(frozen=True)
class Visit:
    """An answer to one visitor."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    made: float = field(default_factory=time.monotonic)

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return len(self.body) + PER_PAGE

    @property
    def is_fresh(self) -> bool:
        """Whether it may be sent again."""
        return time.monotonic() - self.made < SECONDS


class Visits:
    """A WSGI application around another. `state` is what the wiki's pages depend on now, None when that is
    not known; `limit` bounds the bytes kept.
    """

    def __init__(self, app: WsgiApp, state: Callable[[], Hashable], limit: int) -> None:
        self._app = app
        self._state = state
        self._kept: KeptPages[Visit] = KeptPages(limit)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] != "GET" or not environ.get("HTTP_COOKIE"):
            return self._app(environ, start_response)
        asked = _asked(environ)
        state = self._state()
        visit = None if state is None else self._kept.get(state, asked)
        if visit is None or not visit.is_fresh:
            return self._answered(asked, environ, start_response)
        start_response(visit.status, list(visit.headers))
        return (visit.body,)

    def _answered(
        self, asked: Hashable, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        said: list[tuple[str, tuple[tuple[str, str], ...]]] = []

        def noting(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said[:] = [(status, tuple(headers))]
            return start_response(status, headers, *error)

        parts = self._app(environ, noting)
        state = environ.get(STATE)
        if state is None or not said or _sets_cookie(said[0][1]):
            return parts
        visit = Visit(*said[0], _whole(parts))
        self._kept.put(state, asked, visit)
        return (visit.body,)


def _sets_cookie(headers: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in headers)


def _asked(environ: Environ) -> Hashable:
    principal = environ.get("asgi.scope", {}).get("principal")
    return (*(environ.get(name) for name in ASKED), getattr(principal, "via", None))


def _whole(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
