"""`/?path=<name>` becomes `/<name>` before anything looks at the path: the gate, the audit log, the caches.

For pages whose names would not arrive otherwise (wiki_app/addresses.py). It leads to the wiki's pages and to
what belongs to them only: a proxy in front that keeps an address for itself (/metrics, /-/admin) sees all
requests for it.
"""

from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from auth.doors import door_of
from gateway.browser_search import RELATED
from wiki_app.addresses import BY_NAME, asked_by_name

DOORS = frozenset({"browser", "raw"})


class ByName:
    """Rewrites path and query of such a request; all others pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Any method: forms are sent to these addresses too."""
        if scope["type"] == "http" and scope["path"] == "/":
            scope = _meant(scope)
        await self._app(scope, receive, send)


def _meant(scope: Scope) -> Scope:
    query = scope["query_string"].decode("latin-1")
    asked = asked_by_name(query) if query.startswith(BY_NAME) else None
    if asked is None:
        return scope
    path, rest = "/" + asked[0], asked[1]
    if door_of(path) not in DOORS or (path.startswith("/-/") and not path.startswith(f"{RELATED}/")):
        return scope
    sent = {"path": path, "raw_path": quote(path).encode(), "query_string": rest.encode("latin-1")}
    return {**scope, **sent}
