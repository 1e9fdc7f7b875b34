"""A derived SQLite file: made when it is missing, made anew when it is damaged or foreign.

Several threads and processes share it. A damaged file is never repaired or replaced under its own
name, because SQLite removes the journal of an unlinked file by name when its last user closes it,
and would hit the journal of the new one: the next generation gets another name (`x.db`, `x.1.db`, …).
"""

import fcntl
import os
import re
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from search.errors import IndexDamaged, SearchUnavailable

BUSY_SECONDS = 60.0
"""How long a connection waits for another writer, who may be building the whole index."""
CACHE_KIB = 8_000
"""What a connection keeps of the file in memory: SQLite's usual 2 MB are less than one query reads."""

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CONSTRAINT}
_MISSING = ("no such table", "no such column")


class Connection(sqlite3.Connection):
    """To one file for as long as it is open: `file` tells it from every other, also of the same name."""

    file: tuple[Path, int]


class Database:
    """Connections to one derived file; `version` names its layout, another layout is foreign.

    `schema` is a script that makes the tables of an empty file. `journal` is SQLite's journal mode: on a
    shared file system only the rollback journal (DELETE) works.
    """

    def __init__(self, path: Path, schema: str, version: int, *, journal: str = "WAL") -> None:
        self._path = path
        self._schema = schema
        self._version = version
        self._journal = journal
        self._lock = Lock()
        self._idle: deque[tuple[Path, int, Connection]] = deque()
        self._generation = 0

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection in autocommit mode for one thread; raises IndexDamaged when the file must be reset."""
        file, inode, connection = self._take()
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _explain(error) from error
        except BaseException:
            connection.close()
            raise
        self._idle.append((file, inode, connection))

    def reset(self) -> None:
        """Leave the damaged file: take the generation that another process has begun, or begin the next."""
        with self._lock, self._exclusive():
            newest = self._newest()
            self._generation = newest if newest > self._generation else self._generation + 1
            for generation in self._found():
                if generation < self._generation:
                    _remove(self._file(generation))

    def close(self) -> None:
        """Close what is idle; a connection in use is closed by its user."""
        while self._idle:
            with suppress(IndexError):
                self._idle.popleft()[2].close()

    def _take(self) -> tuple[Path, int, Connection]:
        with suppress(IndexError):
            while True:
                file, inode, connection = self._idle.pop()
                if file == self._file(self._generation) and _inode(file) == inode:
                    return file, inode, connection
                self._retire(file, connection)
        return self._open()

    def _retire(self, file: Path, connection: sqlite3.Connection) -> None:
        """Close a connection whose file was deleted under it (or left), and move to a name of its own."""
        if file == self._file(self._generation):
            self.reset()
        connection.close()

    def _open(self) -> tuple[Path, int, Connection]:
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if not isinstance(_explain(error), IndexDamaged):
                raise _explain(error) from error
        except IndexDamaged:
            pass
        self.reset()
        return self._connect()

    def _connect(self) -> tuple[Path, int, Connection]:
        with self._lock, self._exclusive():
            self._generation = max(self._generation, self._newest())
            file = self._file(self._generation)
            connection = sqlite3.connect(
                file,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=32,
                factory=Connection,
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            connection.file = (file, _inode(file))
            return file, _inode(file), connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of an empty file; refuse a file of another layout."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and version != self._version:
            raise IndexDamaged(f"{self._path.name} is not an index of this version.")
        connection.execute(f"PRAGMA journal_mode={self._journal}")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
        if not tables:
            connection.executescript(f"BEGIN; {self._schema}; PRAGMA user_version={self._version}; COMMIT;")

    def _file(self, number: int) -> Path:
        return generation(self._path, number)

    def _found(self) -> list[int]:
        return generations(self._path)

    def _newest(self) -> int:
        return max(self._found(), default=0)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """One process at a time opens or leaves a generation."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def generations(path: Path) -> list[int]:
    """The numbers of the files that stand for `path`, the newest last; 0 is `path` itself."""
    name = re.compile(rf"{re.escape(path.stem)}(?:\.(\d+))?{re.escape(path.suffix)}")
    matches = (name.fullmatch(file.name) for file in path.parent.iterdir())
    return sorted(int(match[1] or 0) for match in matches if match)


def generation(path: Path, number: int) -> Path:
    """The file of a generation."""
    return path.with_suffix(f".{number}{path.suffix}") if number else path


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written inside, or nothing; other writers wait."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is read inside belongs together; writers do not wait."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _inode(file: Path) -> int:
    try:
        return os.stat(file).st_ino
    except FileNotFoundError:
        return 0


def _remove(file: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _explain(error: sqlite3.DatabaseError) -> Exception:
    """A damaged file, a file that does not answer now, or (unchanged) a fault of ours."""
    kind = getattr(error, "sqlite_errorcode", None)
    if kind is None:
        return error
    if kind & 0xFF in _DAMAGE or str(error).startswith(_MISSING):
        return IndexDamaged(f"The index cannot be read ({error}).")
    if kind & 0xFF == sqlite3.SQLITE_ERROR:
        return error
    return SearchUnavailable(f"The index does not answer now ({error}).")
