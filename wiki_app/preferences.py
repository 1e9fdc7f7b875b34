"""Otter Wiki's own settings as they stand now: its `preferences` table over the environment's values.

The admin pages write the table, in this process or in another one. Every reader asks here, and a change is
seen at the next question: SQLite's `PRAGMA data_version` tells whether another connection has committed
(https://www.sqlite.org/pragma.html#pragma_data_version), and only then the table is read again.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from wiki_app.rules import WikiRules

# What Otter Wiki 2.26.1 assumes where neither the environment nor the table says anything.
DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "READ_ACCESS": "ANONYMOUS",
        "WRITE_ACCESS": "ANONYMOUS",
        "ATTACHMENT_ACCESS": "ANONYMOUS",
        "RETAIN_PAGE_NAME_CASE": "False",
        "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES": "False",
        "WIKILINK_STYLE": "",
        "HOME_PAGE": "",
        "SITE_NAME": "An Otter Wiki",
        "SITE_DESCRIPTION": "",
    }
)
# It reads flags from the environment and from its table by different lists of words.
TRUE_IN_ENVIRONMENT = frozenset({"true", "yes", "on", "1"})
TRUE_IN_TABLE = frozenset({"true", "yes"})
TABLE = "CREATE TABLE IF NOT EXISTS preferences (name VARCHAR(256) NOT NULL, value TEXT, PRIMARY KEY (name))"


@dataclass(frozen=True)
class Access:
    """Who may read, write and upload, in Otter Wiki's words: ANONYMOUS, REGISTERED, APPROVED, or nobody."""

    read: str
    write: str
    upload: str


@dataclass(frozen=True)
class Site:
    """The wiki's name, and what it says of itself ("" when nothing)."""

    name: str
    description: str


@dataclass(frozen=True)
class Table:
    """One reading of the database: `version` names the state, `values` is the preferences table."""

    version: tuple[int, int, int]
    values: Mapping[str, str]


UNREAD = Table((0, 0, 0), MappingProxyType({}))


class Preferences:
    """Live settings. Safe in threads; reads only, and a database that does not exist yet is an empty one."""

    def __init__(self, database: Path, environment: Mapping[str, str]) -> None:
        self._database = database
        self._environment = dict(environment)
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] = (0, 0)
        self._table = UNREAD

    def rules(self) -> WikiRules:
        """What names and links depend on (a `RulesSource`)."""
        table = self.table().values
        return WikiRules(
            retain_case=self._flag(table, "RETAIN_PAGE_NAME_CASE"),
            wikilink_style=self._text(table, "WIKILINK_STYLE"),
            underscore_titles=self._flag(table, "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES"),
            home_page=self._text(table, "HOME_PAGE"),
        )

    def access(self) -> Access:
        """Who may read, write and upload."""
        table = self.table().values
        return Access(
            read=self._text(table, "READ_ACCESS"),
            write=self._text(table, "WRITE_ACCESS"),
            upload=self._text(table, "ATTACHMENT_ACCESS"),
        )

    def value(self, name: str) -> str:
        """Any of Otter Wiki's settings; "" where neither the table nor the environment has it."""
        return self.table().values.get(name, self._environment.get(name, DEFAULTS.get(name, "")))

    def site(self) -> Site:
        """What the wiki calls itself."""
        table = self.table().values
        return Site(self._text(table, "SITE_NAME"), self._text(table, "SITE_DESCRIPTION"))

    def version(self) -> tuple[int, int, int]:
        """Changes whenever the database changed: file identity and data version."""
        return self.table().version

    def table(self) -> Table:
        """The `preferences` table as it stands, with the version of the database that it was read from."""
        with self._lock:
            connection = self._connected()
            if connection is None:
                self._table = UNREAD
                return UNREAD
            version = (*self._file, int(connection.execute("PRAGMA data_version").fetchone()[0]))
            if version != self._table.version:
                self._table = Table(version, MappingProxyType(_read(connection)))
            return self._table

    def close(self) -> None:
        """Give the file back; a later question opens it again."""
        with self._lock:
            self._disconnect()

    def _text(self, table: Mapping[str, str], name: str) -> str:
        return table.get(name, self._environment.get(name, DEFAULTS[name]))

    def _flag(self, table: Mapping[str, str], name: str) -> bool:
        if name in table:
            return table[name].lower() in TRUE_IN_TABLE
        return self._text(table, name).lower() in TRUE_IN_ENVIRONMENT

    def _connected(self) -> sqlite3.Connection | None:
        """The connection to the file that lies there now (an import may have put another in its place)."""
        try:
            status = self._database.stat()
        except FileNotFoundError:
            self._disconnect()
            return None
        if self._file != (status.st_dev, status.st_ino):
            self._disconnect()
            self._file = (status.st_dev, status.st_ino)
        if self._connection is None:
            # Writable, although nothing is written: after a crash the first reader rolls the journal back.
            uri = f"{self._database.absolute().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False, timeout=10)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._file, self._table = None, (0, 0), UNREAD


def _read(connection: sqlite3.Connection) -> dict[str, str]:
    try:
        rows = connection.execute("SELECT name, value FROM preferences").fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return {}
        raise
    return {name: str(value) if value is not None else "" for name, value in rows}


def save_preference(database: Path, name: str, value: str) -> None:
    """Write one preference as the admin pages would, into a database that may not exist yet."""
    with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.execute(TABLE)
        connection.execute("INSERT OR REPLACE INTO preferences (name, value) VALUES (?, ?)", (name, value))
