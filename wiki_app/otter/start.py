"""Starts An Otter Wiki in this process, on our store.

`otterwiki.server` reads the environment when it is imported and keeps its first repository, so this is the
one place that writes `os.environ`, and it does it once a process (DECISIONS 3). The imports of otterwiki
stand in functions for the same reason; they also take two seconds, which a cold start may not need.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, nullcontext
from importlib import resources
from pathlib import Path
from typing import Any

from wiki_app.errors import Unavailable, WikiError
from wiki_app.finding import Finder
from wiki_app.gitcommand import git_settings
from wiki_app.objects import Author
from wiki_app.otter.config import OtterConfig
from wiki_app.repository import Changes, Snapshot, Write
from wiki_app.store import Store

TABLES = frozenset({"preferences", "drafts", "user", "cache"})
"""What otterwiki.models declares."""
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class WikiAlreadyStarted(WikiError):
    """This process has its wiki; another one needs another process."""


class _Once:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = False

    def claim(self) -> None:
        with self._lock:
            if self._done:
                raise WikiAlreadyStarted("This process has started a wiki already: use one process for each.")
            self._done = True


_ONCE = _Once()


def start_wiki(config: OtterConfig, store: Store, finder: Finder | None = None) -> WsgiApp:
    """The wiki as a WSGI application; `finder` is its search by words and meaning.

    Raises WikiAlreadyStarted at the second call, Unavailable when Otter Wiki refuses its settings.
    """
    _ONCE.claim()
    os.environ.update(git_settings(config.repository))
    os.environ.update(config.environment())
    make_first_page(store, config)

    from wiki_app.otter.storage import put_in_place  # late: see above

    put_in_place(lambda _path, _initialize: store)
    try:
        # Its import makes the tables that are missing: of two processes that do so at once, one fails.
        with nullcontext() if _has_tables(config.database) else store.exclusive():
            from otterwiki import server  # late: see above
    except SystemExit as error:
        raise Unavailable("Otter Wiki does not start with these settings; see its message above.") from error
    from wiki_app.otter.install import install  # late: it imports otterwiki's modules

    install(server.app, config, server.storage, finder)
    app: WsgiApp = server.app
    return app


def _has_tables(database: Path) -> bool:
    if not database.exists():
        return False
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        found = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    return found >= TABLES


def make_first_page(store: Store, config: OtterConfig) -> None:
    """Commits Otter Wiki's own welcome page to an empty repository, so that no two processes race for it."""
    home = config.settings.get("HOME_PAGE", "")
    name = "Home" if not home or home.startswith("/-/") else home.strip("/")
    retain = config.settings.get("RETAIN_PAGE_NAME_CASE", "").lower() in {"true", "yes", "on", "1"}
    path = f"{name if retain else name.lower()}.md"

    def edit(snapshot: Snapshot) -> Changes | None:
        return None if snapshot.commit else {path: Write(_welcome())}

    store.commit(edit, "Initial commit", Author("Otterwiki Robot", "noreply@otterwiki"))


def _welcome() -> bytes:
    page = resources.files("otterwiki").joinpath("initial_home.md")
    assert isinstance(page, Path)
    return page.read_bytes()
