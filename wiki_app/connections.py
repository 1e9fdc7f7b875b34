"""Connections to the wiki's database, kept open between questions: to open one costs more than to ask it.

An import may put another file in its place, so each use looks whether it is still the same one.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT = 10.0
"""Seconds for somebody else's transaction."""
KEPT = 8
Identity = tuple[int, int]


class Connections:
    """For reading, in any thread. A database that does not exist yet gives None."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._idle: deque[tuple[Identity, sqlite3.Connection]] = deque()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection for one question, which ends its transaction itself."""
        identity = self._identity()
        connection = None if identity is None else self._take(identity)
        try:
            yield connection
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        if connection is not None and identity is not None:
            self._give_back(identity, connection)

    def close(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].close()

    def __del__(self) -> None:
        """For who has forgotten it."""
        self.close()

    def _identity(self) -> Identity | None:
        try:
            status = self._database.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _take(self, identity: Identity) -> sqlite3.Connection:
        while True:
            try:
                known, connection = self._idle.pop()
            except IndexError:
                # Writable, although nothing is written: after a crash the first reader rolls back.
                uri = f"{self._database.absolute().as_uri()}?mode=rw"
                return sqlite3.connect(
                    uri, uri=True, timeout=WAIT, check_same_thread=False, isolation_level=None
                )
            if known == identity:
                return connection
            connection.close()

    def _give_back(self, identity: Identity, connection: sqlite3.Connection) -> None:
        if len(self._idle) >= KEPT:
            connection.close()
        else:
            self._idle.append((identity, connection))
