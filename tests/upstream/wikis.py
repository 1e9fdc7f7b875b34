"""The two Otter Wikis that its tests can run on: as it comes, and on our store."""

import os
from pathlib import Path
from typing import Any, Protocol

import git

from wiki_app.gitcommand import git_settings
from wiki_app.rules import WikiRules
from wiki_app.store import Store


class Wiki(Protocol):
    """One process's wiki, which turns to another repository for each test."""

    def prepare(self) -> None:
        """Puts the storage in place."""
        ...

    def make_repository(self, path: Path) -> Path:
        """An empty repository, before Otter Wiki is imported."""
        ...

    def start(self) -> None:
        """Imports Otter Wiki."""
        ...

    def turn_to(self, path: Path) -> None:
        """Points the app at a new, empty repository."""
        ...

    def close(self) -> None:
        """Frees what the last test has opened."""
        ...


class StockWiki:
    """Otter Wiki's own storage."""

    def prepare(self) -> None:
        pass

    def make_repository(self, path: Path) -> Path:
        git.Repo.init(path)
        return path

    def start(self) -> None:
        import otterwiki.server  # noqa: F401 late: it reads the environment

    def turn_to(self, path: Path) -> None:
        from otterwiki.server import githttpserver, storage  # late: see above

        storage.path = str(path)
        storage.repo = git.Repo.init(path)
        githttpserver.__init__(str(path))

    def close(self) -> None:
        pass


class OurWiki:
    """Our store beneath, all replacements in place. The index follows in the write itself, so that tests
    which call git see what it is to show.
    """

    def __init__(self) -> None:
        self._stores: dict[Path, Store] = {}

    def prepare(self) -> None:
        from wiki_app.otter.storage import put_in_place  # late: see StockWiki

        put_in_place(self._open)
        os.environ.update(git_settings(Path("*")))

    def make_repository(self, path: Path) -> Path:
        self._open(path, initialize=True)
        return path

    def _open(self, path: Path, initialize: bool) -> Store:
        from otterwiki.gitstorage import StorageError  # late: see StockWiki

        if path not in self._stores:
            if not initialize and not (path / ".git").exists():
                raise StorageError(f"No valid git repository in '{path}'. Did you run 'git init'?")
            self._stores[path] = self._make(path)
        return self._stores[path]

    def _make(self, path: Path) -> Store:
        data = path.with_name(path.name + ".data")
        data.mkdir()
        path.mkdir(exist_ok=True)
        (data / "repository").symlink_to(path)
        return Store.open(data, data / "cache", self._rules, index_delay=0)

    def _rules(self) -> WikiRules:
        import sys

        server: Any = sys.modules.get("otterwiki.server")
        if server is None:
            return WikiRules()
        config = server.app.config
        return WikiRules(
            retain_case=config["RETAIN_PAGE_NAME_CASE"], wikilink_style=config["WIKILINK_STYLE"] or ""
        )

    def start(self) -> None:
        from otterwiki import server  # late: see StockWiki

        from wiki_app.otter.install import install_replacements

        install_replacements(server.app, server.storage)

    def turn_to(self, path: Path) -> None:
        from otterwiki.server import githttpserver, storage

        storage.turn_to(self._open(path, initialize=True))
        githttpserver.__init__(str(path))

    def close(self) -> None:
        while self._stores:
            path, store = self._stores.popitem()
            if path.exists():  # some tests take their repository away
                store.close()
