"""What the parts of the storage share: the store, this thread's staging, and how a path is looked up."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import git
from otterwiki.gitstorage import GitStorage, StorageNotFound

from wiki_app.catalog import CatalogView
from wiki_app.otter.overlay import Overlay, Tree
from wiki_app.otter.symlinks import Links, Place
from wiki_app.store import Store

RELOAD = "RELOAD_GIT"
"""A file in `.git` by which tools ask Otter Wiki to open the repository anew."""


class Pin(threading.local):
    """The view that a request of this thread looks at, from its first question to its end or first write."""

    def __init__(self) -> None:
        self.wanted = False
        self.view: CatalogView | None = None
        self._open = ExitStack()

    def take(self, store: Store) -> CatalogView:
        """The request's view, entered when it is first asked for."""
        if self.view is None:
            self.view = self._open.enter_context(store.view())
        return self.view

    def release(self) -> None:
        """Leaves the view; the next question looks at what HEAD is then."""
        self.view = None
        self._open.close()


class StorageBase(GitStorage):  # type: ignore[misc] # otterwiki has no types
    """The state of a storage over one store. `path` is the directory of the working files."""

    def __init__(self, store: Store, *, allow_external_symlinks: bool = False) -> None:
        # Not the base's own: it would open the repository with GitPython at once.
        self.path = str(store.repository.path.absolute())
        self.allow_external_symlinks = allow_external_symlinks
        self._store = store
        self._overlay = Overlay()
        self._pin = Pin()
        self._repo: git.Repo | None = None

    @property
    def store_below(self) -> Store:
        """The store that this storage reads and writes."""
        return self._store

    def turn_to(self, store: Store) -> None:
        """Goes on with another store."""
        self.end_request()
        self._store, self.path, self._repo = store, str(store.repository.path.absolute()), None

    @property
    def repo(self) -> "git.Repo":
        """GitPython's view of the repository, its files and index brought to HEAD first."""
        self._pin.release()
        self._store.changed_outside()
        if self._repo is None:
            self._repo = git.Repo(self.path)
        return self._repo

    @repo.setter
    def repo(self, repo: "git.Repo") -> None:
        self._repo = repo

    def begin_request(self) -> None:
        """Until the end of the request this thread's reads are of one commit, but for its own writes."""
        self._pin.wanted = True

    def end_request(self) -> None:
        """Frees the view, and drops what was staged and never committed (a request that failed half-way)."""
        self._pin.wanted = False
        self._pin.release()
        self._overlay.clear()

    def look_again(self) -> None:
        """What this request asks next is answered from HEAD as it is then."""
        self._pin.release()

    def head(self) -> str | None:
        """The branch's commit now."""
        return self._store.repository.head()

    @property
    def in_request(self) -> bool:
        """Whether this thread answers a request."""
        return self._pin.wanted

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else writes; what was done is seen afterwards."""
        self._pin.release()
        with self._store.exclusive():
            yield

    @contextmanager
    def catalog_view(self) -> Iterator[CatalogView]:
        """One commit's catalog and files; within a request the same one for every question."""
        if self._pin.wanted:
            yield self._pin.take(self._store)
            return
        with self._store.view() as view:
            yield view

    def _check_reload(self) -> None:
        hint = os.path.join(self.path, ".git", RELOAD)
        if os.path.exists(hint):
            # libgit2 finds new packs by itself; only GitPython keeps processes that do not.
            Path(hint).unlink(missing_ok=True)
            self._repo = None

    def _tree(self) -> Tree:
        """HEAD's files; while something is staged, those of the commit that it was staged on."""
        snapshot = self._overlay.base
        if snapshot is None:
            pinned = self._pin.wanted
            snapshot = self._pin.take(self._store).snapshot if pinned else self._store.repository.snapshot()
        return Tree(self._store.repository, snapshot, self._overlay.files)

    def _stage_tree(self) -> Tree:
        """As `_tree`, and what follows is staged on it."""
        tree = self._tree()
        self._overlay.base = tree.snapshot
        return tree

    def _place(self, tree: Tree, path: str, *, last: bool = True) -> Place:
        links = Links(self.path, allow_outside=self.allow_external_symlinks)
        return links.resolve(tree, path, last=last)

    def canonical_filename(self, filename: str) -> str:
        """The path that the links on the way lead to. Raises StorageUnsafePath."""
        place = self._place(self._tree(), filename)
        return filename if place.outside else place.path or "."


def not_found(path: str) -> StorageNotFound:
    """The error for a path that HEAD does not hold."""
    return StorageNotFound(f"{path} not found.")
