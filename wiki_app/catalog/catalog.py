"""The catalog's file: connections, catching up, and what to do when it is damaged or gone."""

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from wiki_app.catalog.build import Builder
from wiki_app.catalog.mark import Mark
from wiki_app.catalog.pages import RecordMemo
from wiki_app.catalog.schema import connect, is_damaged, is_moved, is_ours, is_sound
from wiki_app.catalog.view import CatalogView
from wiki_app.errors import Unavailable
from wiki_app.gitcommand import Git
from wiki_app.repository import Repository
from wiki_app.rules import RulesSource

log = logging.getLogger(__name__)

_ATTEMPTS = 4
MANY = 200
"""Commits that make a catch-up a long one."""

_Identity = tuple[int, int]


class _Connection:
    """A connection and which file it is on; a deleted file lives on under an open connection."""

    def __init__(self, path: Path) -> None:
        self.db = connect(path)
        self.file = _identity(path)


class Catalog:
    """Derived from the repository, and made again whenever it is missing, foreign or damaged.

    Safe for several threads (a connection serves one view at a time) and processes (SQLite's WAL; the
    mark is looked at again under the write lock). The folder must be on a local disk.
    """

    def __init__(self, path: Path, repository: Repository, git: Git, rules: RulesSource) -> None:
        self._path = path
        self._repository = repository
        self._git = git
        self._rules = rules
        self._memo = RecordMemo()
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        self._catching_up = threading.Lock()
        self._closed = False
        self.on_many: Callable[[], object] | None = None
        """Called in the thread that has caught up with MANY commits or more, before its view begins."""

    @contextmanager
    def view(self) -> Iterator[CatalogView]:
        """The catalog at HEAD, or at a later commit that came while it caught up.

        Raises Unavailable when the file cannot be used.
        """
        connection, view = self._enter()
        try:
            yield view
        except sqlite3.DatabaseError as error:
            if not is_damaged(error) or is_sound(connection.db):
                raise  # another database's error, or a mistake in a query
            self._discard(connection)
            raise Unavailable(f"The wiki's catalog was damaged, try again: {error}.") from error
        finally:
            self._leave(connection)

    def copy_to(self, target: Path) -> str | None:
        """A new file with the catalog as it stands, while others read and write; the commit that it is at,
        None when it is empty. Raises Unavailable.
        """
        try:
            connection = self._borrow()
            try:
                with closing(sqlite3.connect(target)) as copy:
                    connection.db.backup(copy)
            finally:
                self._leave(connection)
        except sqlite3.Error as error:
            raise Unavailable(f"The wiki's catalog cannot be copied: {error}.") from error
        return commit_of(target)

    def close(self) -> None:
        """Closes the connections; those in use, when their views end."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.db.close()

    def _enter(self) -> tuple[_Connection, CatalogView]:
        failure: sqlite3.Error | None = None
        for _ in range(_ATTEMPTS):
            connection: _Connection | None = None
            try:
                connection = self._borrow()
                return connection, self._current(connection.db)
            except sqlite3.Error as error:
                failure = error
                self._drop(connection, error)
            except BaseException:
                if connection is not None:
                    connection.db.close()
                raise
        raise Unavailable(f"The wiki's catalog cannot be used: {failure}.") from failure

    def _current(self, db: sqlite3.Connection) -> CatalogView:
        head = self._repository.head()
        rules = self._rules()
        db.execute("BEGIN")
        if not Mark(db).fits(head, rules):
            db.execute("ROLLBACK")
            self._catch_up(db)
            db.execute("BEGIN")
        # Whatever the mark is now, it was HEAD at some moment after the call began.
        return CatalogView(db, self._repository, rules, self._memo)

    def _catch_up(self, db: sqlite3.Connection) -> None:
        with self._catching_up:
            db.execute("BEGIN IMMEDIATE")
            try:
                taken = Builder(db, self._repository, self._git, self._rules()).advance()
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        if taken >= MANY and self.on_many:
            self.on_many()

    # Connections

    def _borrow(self) -> _Connection:
        present = _identity(self._path)
        while True:
            with self._lock:
                if self._closed:
                    raise Unavailable("The wiki's catalog is closed.")
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._open()
            if connection.file == present:
                return connection
            connection.db.close()

    def _leave(self, connection: _Connection) -> None:
        try:
            if connection.db.in_transaction:
                connection.db.execute("ROLLBACK")
        except sqlite3.Error:
            connection.db.close()
            return
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.db.close()

    def _open(self) -> _Connection:
        with self._file_lock():
            if not self._path.exists():
                self._remove()  # a log that outlived its file would be applied to the new one
            try:
                return _Connection(self._path)
            except sqlite3.Error as error:
                if not is_damaged(error):
                    raise
                log.warning("%s is damaged or of another version and is built anew", self._path.name)
                self._remove()
                return _Connection(self._path)

    def _drop(self, connection: _Connection | None, error: sqlite3.Error) -> None:
        if connection is None:
            return
        if is_damaged(error):
            self._discard(connection)
        connection.db.close()
        if not is_damaged(error) and not is_moved(error):
            raise Unavailable(f"The wiki's catalog cannot be used: {error}.") from error

    def _discard(self, connection: _Connection) -> None:
        """Removes the file that a connection found damaged, unless another process was faster."""
        with self._file_lock():
            if _identity(self._path) == connection.file:
                log.warning("%s is damaged and is built anew", self._path.name)
                self._remove()

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        """Opening and removing exclude each other, also between processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = self._path.with_name(self._path.name + ".lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def commit_of(path: Path) -> str | None:
    """The commit that a catalog's file is at; None when there is none, or none that can be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return Mark(db).commit if is_ours(db) else None
    except sqlite3.Error:
        return None


def _identity(path: Path) -> _Identity:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)
