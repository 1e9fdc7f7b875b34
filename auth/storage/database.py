"""The SQLite file: short transactions, so that threads, processes and machines share it.

Rollback journal, never WAL: WAL does not work on a network file system (https://sqlite.org/wal.html).
"""

import os
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auth.clock import Clock, utc_now

WAIT = 10.0
"""Seconds for somebody else's transaction."""
KEPT = 8
"""Connections that stay open between questions: to open one costs more than to ask it."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS personal_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    name TEXT NOT NULL, scopes TEXT NOT NULL, path_prefix TEXT NOT NULL, created REAL NOT NULL,
    expires REAL, last_used REAL);
CREATE INDEX IF NOT EXISTS personal_token_account ON personal_token (account);
CREATE TABLE IF NOT EXISTS client (
    id TEXT PRIMARY KEY, metadata TEXT NOT NULL, created REAL NOT NULL, last_used REAL NOT NULL);
CREATE TABLE IF NOT EXISTS grant_family (
    id INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, client_name TEXT NOT NULL,
    account TEXT NOT NULL, scopes TEXT NOT NULL, resource TEXT, created REAL NOT NULL,
    expires REAL NOT NULL, last_used REAL);
CREATE INDEX IF NOT EXISTS grant_family_account ON grant_family (account);
CREATE TABLE IF NOT EXISTS code (
    hash TEXT PRIMARY KEY, family INTEGER NOT NULL REFERENCES grant_family ON DELETE CASCADE,
    challenge TEXT NOT NULL, redirect_uri TEXT NOT NULL, redirect_given INTEGER NOT NULL,
    expires REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS token (
    hash TEXT PRIMARY KEY, family INTEGER NOT NULL REFERENCES grant_family ON DELETE CASCADE,
    kind TEXT NOT NULL, scopes TEXT NOT NULL, expires REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS token_family ON token (family);
CREATE TABLE IF NOT EXISTS session (
    hash TEXT PRIMARY KEY, account TEXT NOT NULL, created REAL NOT NULL, expires REAL NOT NULL);
CREATE INDEX IF NOT EXISTS session_account ON session (account);
CREATE TABLE IF NOT EXISTS one_time (
    hash TEXT PRIMARY KEY, kind TEXT NOT NULL, data TEXT NOT NULL, expires REAL NOT NULL);
CREATE TABLE IF NOT EXISTS account_state (account TEXT PRIMARY KEY, disabled INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS identity (
    iss TEXT NOT NULL, sub TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (iss, sub));
CREATE TABLE IF NOT EXISTS attempt (bucket TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempt_bucket ON attempt (bucket, at);
"""
EXPIRING = ("one_time", "session", "code", "token", "grant_family", "personal_token")


class Database:
    """auth.db (mode 0600), made when it is not there. Safe in threads and processes."""

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self._idle: deque[sqlite3.Connection] = deque()
        self._path = path
        self._clock = clock
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.executescript(SCHEMA)

    def now(self) -> float:
        """Seconds since 1970, by the clock that decides what has expired."""
        return self._clock().timestamp()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for a question."""
        with self._connection() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing when the block raises."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def prune(self) -> None:
        """Drop what has expired."""
        now = self.now()
        with self.write() as connection:
            for table in EXPIRING:
                connection.execute(f"DELETE FROM {table} WHERE expires < ?", (now,))  # noqa: S608 - our names

    def close(self) -> None:
        """Close what is idle; a later question opens the file again."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        """For who has forgotten it."""
        self.close()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """An idle connection, or a new one; it goes back only where nothing went wrong."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        except BaseException:
            connection.close()  # which rolls back
            raise
        if len(self._idle) < KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys=ON")
        return connection
