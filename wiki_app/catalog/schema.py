"""The catalog's tables. Paths, keys and ids are bytes: git's paths need not be UTF-8."""

import sqlite3
from pathlib import Path

APPLICATION = 0x77_62_63_61
"""Marks the file as ours (SQLite's application_id); a foreign one is replaced."""
VERSION = 2
"""Raise it with every change of the tables or of what is derived: another version is built anew."""

_TABLES = """
CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, UNIQUE (name, email));
CREATE TABLE paths (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);

-- `seq` counts in git log's order: neighbouring commits differ by one, the newest has the largest.
CREATE TABLE commits (
    id INTEGER PRIMARY KEY, revision BLOB NOT NULL UNIQUE, seq INTEGER NOT NULL, parents BLOB NOT NULL,
    author INTEGER NOT NULL, authored INTEGER NOT NULL, authored_zone INTEGER NOT NULL,
    committed INTEGER NOT NULL, committed_zone INTEGER NOT NULL, message TEXT NOT NULL, agent TEXT
);
CREATE INDEX commits_by_seq ON commits (seq);
CREATE INDEX commits_by_agent ON commits (agent, seq) WHERE agent IS NOT NULL;

-- Writes that must happen once: hashes of key and body (wiki_app/trailers.py).
CREATE TABLE keyed (
    key TEXT NOT NULL, commit_id INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (key, commit_id)
) WITHOUT ROWID;

-- `other`: of an R the path it was before, of the D that belongs to it the path it became.
CREATE TABLE changes (
    path INTEGER NOT NULL, commit_id INTEGER NOT NULL, status TEXT NOT NULL, blob BLOB, other INTEGER,
    PRIMARY KEY (path, commit_id)
) WITHOUT ROWID;
CREATE INDEX changes_by_commit ON changes (commit_id);

-- The files of the mark's commit; `commit_id` is the newest that gave the file this blob.
CREATE TABLE files (path INTEGER PRIMARY KEY, blob BLOB NOT NULL, mode INTEGER NOT NULL, commit_id INTEGER);
CREATE INDEX files_links ON files (path) WHERE mode = 40960;

CREATE TABLE pages (key BLOB PRIMARY KEY, path INTEGER NOT NULL, content INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX pages_by_content ON pages (content);

-- What wiki_app.text found in a blob; lists are JSON.
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
    words INTEGER NOT NULL, heading TEXT, title TEXT,
    tags TEXT NOT NULL, category TEXT, links TEXT NOT NULL, outline TEXT NOT NULL
);
CREATE TABLE links (source BLOB, target BLOB, PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target);

-- `total`: the sum, modulo 2 ** 128, of a hash of each page below (path and heading).
CREATE TABLE directories (path BLOB PRIMARY KEY, total BLOB NOT NULL) WITHOUT ROWID;
"""
_FILES = ("files", "pages", "links", "directories")
_EMPTIED = ("mark", "authors", "paths", "commits", "keyed", "changes", *_FILES)

_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR_SHORT_READ}

BUSY_SECONDS = 600.0
"""How long to wait for another process that is at it: the first build of a very large wiki takes minutes."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the catalog at `path`, with its tables.

    Raises sqlite3.DatabaseError; `is_damaged` says whether the file should be thrown away.
    """
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA temp_store = MEMORY")
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


class ForeignFile(sqlite3.DatabaseError):
    """A database that is not ours, or of another version."""


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether only a new file helps."""
    code = getattr(error, "sqlite_errorcode", 0)
    return isinstance(error, ForeignFile) or code in _DAMAGE or code & 0xFF == sqlite3.SQLITE_CORRUPT


def is_sound(db: sqlite3.Connection) -> bool:
    """Whether SQLite finds nothing wrong with the whole file; tens of milliseconds."""
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def is_moved(error: sqlite3.Error) -> bool:
    """Whether the file was deleted or replaced under an open connection."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED


def empty(db: sqlite3.Connection) -> None:
    """Forgets all but the blobs, whose content never changes."""
    for table in _EMPTIED:
        db.execute(f"DELETE FROM {table}")  # noqa: S608  # names from the tuple above


def _prepare(db: sqlite3.Connection) -> None:
    if is_ours(db):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if not is_ours(db):
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise ForeignFile("the file is no catalog of this version")
            for statement in _TABLES.split(";\n"):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
    finally:
        db.execute("COMMIT")


def is_ours(db: sqlite3.Connection) -> bool:
    """Whether the file is a catalog of this version."""
    found = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
    return found == [APPLICATION, VERSION]
