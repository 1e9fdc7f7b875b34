"""The keyword index: SQLite FTS5, one derived file with its own commit mark."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from search.database import Database, snapshot, transaction
from search.documents import EVERYTHING, Document, Filter
from search.schema import REMOVED_TRIGGER, SCHEMA, VERSION, WORD_TABLES
from search.texts import Text, Texts
from search.words import extra_words


@dataclass(frozen=True)
class Candidates:
    """The best candidates, best first, and how many documents fit in all. The first `exact` of them have a
    term that hardly any other has."""

    found: list[Text]
    total: int
    exact: int


@dataclass(frozen=True)
class Ranks:
    """Documents by their number in this file, best first: the rank of each, and in `exact` how many
    terms of the query it has that hardly any other has, and `telling` who is called exact.
    `total` counts those beyond the limit too."""

    ranks: dict[int, float]
    exact: dict[int, int]
    total: int
    telling: frozenset[int] = frozenset()


class KeywordIndex:
    """Texts by their words. Every method is safe from any thread; several processes may share the file.

    All of them raise IndexDamaged when the file cannot be read: `reset()` it, fill it again, repeat.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA, VERSION)
        self._texts = Texts()

    @property
    def database(self) -> Database:
        """The file, for what stands in it beside the words (search/passages.py)."""
        return self._database

    def mark(self) -> str | None:
        """What the index was last brought to (a commit id); None when it is empty or new."""
        with self._database.connection() as connection:
            return _mark(connection)

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str],
        *,
        expected: str | None,
        mark: str | None,
        whole: bool = False,
    ) -> bool:
        """Add or replace documents, remove ids and set the mark, in one transaction.

        Nothing happens, and False comes back, when the mark is not `expected` any more: another
        thread or process has been here. `whole` empties the index first.
        """
        with self._database.connection() as connection, transaction(connection):
            if _mark(connection) != expected:
                return False
            if whole:
                _clear(connection)
            _remove(connection, removed)
            for document in documents:
                if not whole:
                    _remove(connection, [document.id])
                _add(connection, document)
            connection.execute("INSERT OR REPLACE INTO state VALUES ('mark', ?)", (mark,))
            return True

    def candidates(self, query: str, limit: int, within: Filter = EVERYTHING) -> Candidates:
        """At most `limit` documents that share a word, a stem or a part of a word with the query.

        First those with a term that hardly any other has, then by rank, then those in which a term
        stands only inside a word.
        """
        from search.finding import candidates  # late: numpy, which nothing needs before the first query

        with self._database.connection() as connection, snapshot(connection):
            return candidates(connection, self._texts, query, limit, within)

    def ranks(self, query: str, limit: int, within: Filter = EVERYTHING) -> Ranks:
        """As `candidates`, but only whole words count, and nothing but numbers and ranks is read.

        Where no document has a word of the query, those count that have one inside a longer word.
        """
        from search.finding import ranks  # late, too

        with self._database.connection() as connection, snapshot(connection):
            return ranks(connection, query, limit, within)

    def count(self) -> int:
        """How many documents the index holds."""
        with self._database.connection() as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def state(self) -> str | None:
        """A text that changes with what the index answers; None when it is empty or new."""
        with self._database.connection() as connection:
            mark = _mark(connection)
            (chunks,) = connection.execute("SELECT count(*) FROM chunks").fetchone()
        return f"{mark} {chunks}" if mark else None

    def copy_to(self, target: Path) -> None:
        """A new file with the index as it stands, while others read and write it."""
        with self._database.connection() as connection, closing(sqlite3.connect(target)) as copy:
            connection.backup(copy)

    def reset(self) -> None:
        """Give up the file and begin an empty one."""
        self._database.reset()

    def close(self) -> None:
        """Close the idle connections; the index opens again when it is used."""
        self._database.close()


def _mark(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM state WHERE name = 'mark'").fetchone()
    return row[0] if row else None


def _clear(connection: sqlite3.Connection) -> None:
    """Empty the tables without the trigger, which would take every document apart again."""
    for table in WORD_TABLES:
        connection.execute(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
    connection.execute("DROP TRIGGER documents_removed")
    connection.execute("DELETE FROM documents")
    connection.execute("DELETE FROM chunks")
    connection.execute(REMOVED_TRIGGER)


def _remove(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    connection.executemany("DELETE FROM documents WHERE id = ?", ((key,) for key in keys))


def _add(connection: sqlite3.Connection, document: Document) -> None:
    extra = " ".join(extra_words(f"{document.title}\n{document.body}"))
    connection.execute(
        "INSERT INTO documents(id, title, body, extra, heading, tags, category, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.title,
            document.body,
            extra,
            document.heading,
            json.dumps(document.tags),
            document.category,
            len(document.body.split()),
        ),
    )
