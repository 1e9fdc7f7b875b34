"""Copies of the databases: whole while somebody writes, and without what must not leave the house.

SQLite's own backup API makes the copy (https://sqlite.org/backup.html), a transaction is in it or not. What
is deleted from the copy is overwritten and its pages given up, so that no byte of it is left in the file.
"""

import json
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from gateway.settings import SECRETS
from wiki_app.errors import Unavailable

WAIT = 30.0
"""Seconds for somebody else's transaction."""
PASSING = ("session", "code", "one_time", "attempt")
"""Tables of auth.db that stay behind: browsers sign in again, what was under way begins again."""
VOLATILE = frozenset({"last_seen", "last_used"})
"""Columns that reading changes: they alone are no reason for another backup."""


def copy_wiki(database: Path, target: Path) -> list[str]:
    """wiki.db without the secrets among its preferences; their names."""
    copy_database(database, target)
    with closing(_opened(target)) as copy:
        if not _columns(copy, "preferences"):
            return []
        rows = copy.execute("SELECT name, value FROM preferences").fetchall()
        secret = [name for name, value in rows if value and name in SECRETS]
        copy.executemany("DELETE FROM preferences WHERE name = ?", [(name,) for name in secret])
        for name, value in rows:
            if has_password(value):
                copy.execute("UPDATE preferences SET value = ? WHERE name = ?", (no_password(value), name))
                secret.append(name)
        _closed(copy)
    return sorted(secret)


def copy_auth(database: Path, target: Path) -> None:
    """auth.db with tokens (as hashes), agents, locked accounts and identities.

    Left out: PASSING, and agents that were given a client secret, since theirs is kept in plain text.
    """
    copy_database(database, target)
    with closing(_opened(target)) as copy:
        for table in PASSING:
            if _columns(copy, table):
                copy.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own tables
        if _columns(copy, "client"):
            _drop_clients(copy)
        _closed(copy)


def copy_database(database: Path, target: Path) -> None:
    """A whole copy, readable by its owner alone. Raises Unavailable with a sentence."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    uri = f"{database.absolute().as_uri()}?mode=rw"  # writable: after a crash the first reader rolls back
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=WAIT)) as live, closing(_opened(target)) as copy:
            live.backup(copy)  # in one go: in parts, each write would begin it anew
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Unavailable(f"{database} cannot be copied: {error}.") from error


def fingerprint(databases: Iterable[Path]) -> str:
    """Of what copies hold, whatever the order of their pages; VOLATILE columns do not count."""
    seen = sha256()
    for path in databases:
        seen.update(f"{path.name}\n".encode())
        with closing(_opened(path)) as copy:
            tables = copy.execute(
                "SELECT name, sql FROM sqlite_master"
                " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            ).fetchall()
            for name, sql in tables:
                columns = [column for column in _columns(copy, name) if column not in VOLATILE]
                chosen = ", ".join(f'"{column}"' for column in columns)
                seen.update(f"{sql}\n".encode())
                for row in copy.execute(f'SELECT {chosen} FROM "{name}" ORDER BY {chosen}'):  # noqa: S608
                    seen.update(repr(row).encode("utf-8", "surrogatepass"))
    return seen.hexdigest()


def has_password(value: object) -> bool:
    """Whether a text is an address with a user's name or a password in it, as git remotes have."""
    try:
        parts = urlsplit(str(value))
        signs_in = parts.password or _is_token(parts.scheme, parts.username)
        return bool(parts.scheme and parts.netloc and signs_in)
    except ValueError:
        return False


def no_password(value: str) -> str:
    """The address without who signs in there."""
    parts = urlsplit(value)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _is_token(scheme: str, user: str | None) -> bool:
    """https://TOKEN@host is a usual way to write one; ssh://git@host names a user only."""
    return bool(user) and scheme in {"http", "https"}


def _drop_clients(copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA foreign_keys=ON")
    rows = copy.execute("SELECT id, metadata FROM client").fetchall()
    secret = [(name,) for name, metadata in rows if json.loads(metadata).get("client_secret")]
    copy.executemany("DELETE FROM grant_family WHERE client = ?", secret)
    copy.executemany("DELETE FROM client WHERE id = ?", secret)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    connection.execute("PRAGMA secure_delete=ON")
    return connection


def _closed(copy: sqlite3.Connection) -> None:
    copy.execute("VACUUM")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))]
