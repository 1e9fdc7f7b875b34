"""A mounted wiki on a port of loopback, in a process of its own (DECISIONS 3).

`python -m tests.wiki_app.otter.server DATA SETTINGS CONFIG`

Who calls is said by the cookie `as`, for these tests only.
"""

import json
import socket
import sys
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from wiki_app.mount import mount
from wiki_app.otter import OtterConfig, start_wiki
from wiki_app.preferences import Preferences
from wiki_app.store import Store


@dataclass(frozen=True)
class Caller:
    """A principal as the mount sees it."""

    name: str
    email: str
    rights: frozenset[str]


ALL = frozenset({"READ", "WRITE", "UPLOAD", "ADMIN"})
CALLERS = {
    "ada": Caller("Ada Łukasiewicz", "ada@example.org", ALL),
    "ben": Caller("Ben", "ben@example.org", ALL),
    "reader": Caller("Reader", "reader@example.org", frozenset({"READ"})),
    "nobody": Caller("", "", frozenset()),
}


class Gate:
    """Sets the principal from the cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
            caller = cookies["as"].value if "as" in cookies else "nobody"
            scope = {**scope, "principal": CALLERS[caller]}
        await self._app(scope, receive, send)


def main() -> None:
    """Serves a data folder, with Otter Wiki's settings and further fields of OtterConfig (both JSON)."""
    data = Path(sys.argv[1])
    config = OtterConfig(
        repository=data / "repository",
        database=data / "wiki.db",
        secret_key="for these tests only, and long enough",
        settings=json.loads(sys.argv[2]),
        **json.loads(sys.argv[3]),
    )
    preferences = Preferences(config.database, config.settings)
    store = Store.open(data, data / "cache", preferences.rules, index_delay=0)
    mounted = mount(start_wiki(config, store), workers=4)
    listener = socket.create_server(("127.0.0.1", 0))
    (data / "port.new").write_text(str(listener.getsockname()[1]))
    (data / "port.new").rename(data / "port")
    server = uvicorn.Server(uvicorn.Config(Gate(mounted), log_level="warning", lifespan="off"))
    server.run(sockets=[listener])
    mounted.close()
    store.close()


if __name__ == "__main__":
    main()
