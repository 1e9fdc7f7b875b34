"""The keyword index: SQLite FTS5, one derived file with its own commit mark."""

import json
import math
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.database import Database
from search.documents import Document
from search.words import STOP_WORDS, code, extra_words, identifiers, words

VERSION = 1
"""Of the layout below: another version is another index and is built anew."""

TITLE_WEIGHT = 2.0
RARE = 3
"""A word of the query that stands in at most so many documents puts them first (DECISIONS 27)."""
COMMON = 12
"""A word that one document in so many has is common: it alone makes no good hit."""
MAX_TERMS = 64
"""Words of a query beyond these are not looked up."""
NOTHING = '""'
"""A query that FTS5 accepts and that finds nothing."""

# `words` ranks; `grams` finds terms inside words (three characters and more), as older clients expect.
SCHEMA = """
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, body TEXT NOT NULL, extra TEXT NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5(
    title, body, extra,
    content='documents', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE grams USING fts5(
    title, body, content='documents', content_rowid='number', tokenize='trigram', detail='none'
);
CREATE TRIGGER documents_added AFTER INSERT ON documents BEGIN
    INSERT INTO words(rowid, title, body, extra) VALUES (new.number, new.title, new.body, new.extra);
    INSERT INTO grams(rowid, title, body) VALUES (new.number, new.title, new.body);
END;
CREATE TRIGGER documents_removed AFTER DELETE ON documents BEGIN
    INSERT INTO words(words, rowid, title, body, extra)
        VALUES ('delete', old.number, old.title, old.body, old.extra);
    INSERT INTO grams(grams, rowid, title, body) VALUES ('delete', old.number, old.title, old.body);
END
"""


@dataclass(frozen=True)
class Candidate:
    """A document that may answer a query. `rank` grows with relevance; 0 when only a part of a word fits."""

    document: Document
    rank: float
    exact: bool


@dataclass(frozen=True)
class Candidates:
    """The best candidates, best first, and how many documents fit in all."""

    found: list[Candidate]
    total: int


class KeywordIndex:
    """Texts by their words. Every method is safe from any thread; several processes may share the file.

    All of them raise IndexDamaged when the file cannot be read: `reset()` it, fill it again, repeat.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, SCHEMA, VERSION)

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
        with self._database.connection() as connection, _transaction(connection):
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

    def candidates(self, query: str, limit: int, *, exhaustive: bool = True) -> Candidates:
        """At most `limit` documents that share a word, a stem or a part of a word with the query.

        First those with a word that hardly any other has, then by bm25, then those in which a term
        stands only inside a word. If not `exhaustive`, stop-words are no words, and `total` counts no
        further than the limit.
        """
        with self._database.connection() as connection:
            ranked = _ranked(connection, _phrases(query, stop_words=exhaustive), limit)
            exact = _rare(connection, query)
            inside = _inside(connection, query, limit) if len(ranked) < limit else []
            order = sorted(ranked, key=lambda number: (number not in exact, -ranked[number]))
            numbers = list(dict.fromkeys([*order, *inside]))
            total = _count(connection, query) if exhaustive and len(numbers) >= limit else len(numbers)
            documents = _documents(connection, numbers[:limit])
        found = [
            Candidate(documents[number], ranked.get(number, 0.0), number in exact)
            for number in numbers[:limit]
            if number in documents
        ]
        return Candidates(found, total)

    def count(self) -> int:
        """How many documents the index holds."""
        with self._database.connection() as connection:
            return int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def reset(self) -> None:
        """Give up the file and begin an empty one."""
        self._database.reset()

    def close(self) -> None:
        """Close the idle connections; the index opens again when it is used."""
        self._database.close()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _mark(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM state WHERE name = 'mark'").fetchone()
    return row[0] if row else None


def _clear(connection: sqlite3.Connection) -> None:
    """Empty the tables without the trigger, which would take every document apart again."""
    connection.execute("INSERT INTO words(words) VALUES ('delete-all')")
    connection.execute("INSERT INTO grams(grams) VALUES ('delete-all')")
    connection.execute("DROP TRIGGER documents_removed")
    connection.execute("DELETE FROM documents")
    connection.execute("CREATE TRIGGER" + SCHEMA.rsplit("CREATE TRIGGER", 1)[1])


def _remove(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    connection.executemany("DELETE FROM documents WHERE id = ?", ((key,) for key in keys))


def _add(connection: sqlite3.Connection, document: Document) -> None:
    extra = " ".join(extra_words(f"{document.title}\n{document.body}"))
    connection.execute(
        "INSERT INTO documents(id, title, body, extra) VALUES (?, ?, ?, ?)",
        (document.id, document.title, document.body, extra),
    )


def _alternatives(query: str) -> str:
    """What `words` is asked for: any of the phrases."""
    return " OR ".join(_phrases(query, stop_words=True)) or NOTHING


def _phrases(query: str, *, stop_words: bool) -> list[str]:
    """Every word, every identifier as a whole, every beginning of a word."""
    exact = [*words(query), *extra_words(query)][:MAX_TERMS]
    short = [term for term in query.split()[:MAX_TERMS] if len(term) < 3 and term.isalnum()]
    begun = [term for term in short if stop_words or term.lower() not in STOP_WORDS or term.lower() in exact]
    return list(dict.fromkeys([*map(_quoted, exact), *(f"{_quoted(term)} *" for term in begun)]))


def _fragments(query: str) -> str:
    """What `grams` is asked for: any of the longer terms, each by all of its groups of three characters."""
    terms = [term for term in query.split()[:MAX_TERMS] if len(term) >= 3]
    groups = ([term[start : start + 3] for start in range(len(term) - 2)] for term in terms)
    return " OR ".join("(" + " AND ".join(map(_quoted, group)) + ")" for group in groups) or NOTHING


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _ranked(connection: sqlite3.Connection, phrases: list[str], limit: int) -> dict[int, float]:
    """The best by bm25. Scoring takes 2 µs a document, and a common word stands in thousands: documents
    with nothing but common words are left out when the others are so good that none of these could be
    among the best (Turtle and Flood's MaxScore, so the answer is the same).
    """
    telling, at_most = _telling(connection, phrases) if len(phrases) > 1 else (phrases, 0.0)
    if 0 < len(telling) < len(phrases):
        found = _scored(connection, phrases, limit, telling)
        if len(found) == limit and min(found.values()) > at_most:
            return found
    return _scored(connection, phrases, limit, None)


def _scored(
    connection: sqlite3.Connection, phrases: list[str], limit: int, among: list[str] | None
) -> dict[int, float]:
    narrowed = "AND +rowid IN (SELECT rowid FROM words WHERE words MATCH ?)" if among else ""
    matched = [" OR ".join(part) or NOTHING for part in (phrases, among) if part is not None]
    rows = connection.execute(
        f"SELECT rowid, -bm25(words, ?, 1.0, 1.0) AS score FROM words WHERE words MATCH ? {narrowed}"  # noqa: S608
        " ORDER BY score DESC, rowid LIMIT ?",
        (TITLE_WEIGHT, *matched, limit),
    )
    return dict(rows.fetchall())


def _telling(connection: sqlite3.Connection, phrases: list[str]) -> tuple[list[str], float]:
    """The phrases that few documents have, and the most that the others can add to a score: FTS5's bm25
    is at most idf × (k1 + 1) for each, with k1 = 1.2 (https://www.sqlite.org/fts5.html#the_bm25_function).
    """
    total = int(connection.execute("SELECT count(*) FROM documents").fetchone()[0])
    query = "SELECT count(*) FROM words WHERE words MATCH ?"
    holding = {phrase: int(connection.execute(query, (phrase,)).fetchone()[0]) for phrase in phrases}
    telling = [phrase for phrase, count in holding.items() if count * COMMON < total]
    common = (count for phrase, count in holding.items() if phrase not in telling)
    return telling, sum(_inverse_frequency(total, count) * 2.2 for count in common)


def _inverse_frequency(total: int, count: int) -> float:
    return max(1e-6, math.log((total - count + 0.5) / (count + 0.5)))


def _rare(connection: sqlite3.Connection, query: str) -> set[int]:
    """The documents of those words and identifiers of the query that stand in at most RARE documents."""
    found: set[int] = set()
    for word in [*words(query), *map(code, identifiers(query))][:MAX_TERMS]:
        rows = connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? LIMIT ?", (_quoted(word), RARE + 1)
        ).fetchall()
        if len(rows) <= RARE:
            found.update(row[0] for row in rows)
    return found


def _inside(connection: sqlite3.Connection, query: str, limit: int) -> list[int]:
    rows = connection.execute(
        "SELECT rowid FROM grams WHERE grams MATCH ? ORDER BY rowid LIMIT ?", (_fragments(query), limit)
    )
    return [row[0] for row in rows.fetchall()]


def _count(connection: sqlite3.Connection, query: str) -> int:
    row = connection.execute(
        "SELECT count(*) FROM (SELECT rowid FROM words WHERE words MATCH ?"
        " UNION SELECT rowid FROM grams WHERE grams MATCH ?)",
        (_alternatives(query), _fragments(query)),
    ).fetchone()
    return int(row[0])


def _documents(connection: sqlite3.Connection, numbers: list[int]) -> dict[int, Document]:
    rows = connection.execute(
        "SELECT number, id, title, body FROM documents WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(numbers),),
    )
    return {number: Document(key, title, body) for number, key, title, body in rows}
