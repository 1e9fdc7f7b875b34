"""The chunks of all documents, beside the words of them in the keyword index's file.

Chunks are made from the documents that stand there, some at a time; who asks for them by key gets only
those of documents that still stand. A key is 63 bits of the hash of what is embedded (`Wanted.hash`).
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.chunks import Chunk, chunks_of
from search.database import Database, snapshot, transaction
from search.documents import EVERYTHING, Filter
from search.embeddings import text_hash
from search.restriction import restriction
from search.texts import COLUMNS, document_of

KEPT_CHANGES = 100_000
"""Changes that are kept for other processes to follow; who is further behind compares everything."""


@dataclass(frozen=True)
class Passage:
    """A chunk as it is shown, with its document's title and number of words."""

    key: int
    title: str
    words: int
    chunk: Chunk


@dataclass(frozen=True)
class Wanted:
    """A text that needs a vector."""

    key: int
    hash: bytes
    text: str


@dataclass(frozen=True)
class Position:
    """How far someone has followed the changes of one file. Another `source` is another file."""

    source: str
    sequence: int


@dataclass(frozen=True)
class Changes:
    """Keys that came or went since a position; `whole` when `present` are all keys there are."""

    position: Position
    present: list[int]
    absent: list[int]
    whole: bool
    unchunked: int


class Passages:
    """Safe from any thread. Raises IndexDamaged as KeywordIndex does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def chunk(self, limit: int) -> int:
        """Make the chunks of at most `limit` documents that have none yet, newest first; how many it were.

        Documents that went or were chunked by someone else meanwhile are left alone.
        """
        with self._database.connection() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM documents WHERE chunked = 0 ORDER BY number DESC LIMIT ?", (limit,)
            ).fetchall()
            made = {number: chunks_of(document_of(rest)) for number, *rest in rows}
            if made:
                with transaction(connection):
                    _insert(connection, made)
                    connection.execute(
                        "DELETE FROM changes WHERE sequence <= (SELECT max(sequence) FROM changes) - ?",
                        (KEPT_CHANGES,),
                    )
        return len(made)

    def rechunk(self) -> int:
        """Have every document chunked again, as after a change of the rules; how many there are."""
        with self._database.connection() as connection, transaction(connection):
            return connection.execute("UPDATE documents SET chunked = 0").rowcount

    def changes(self, since: Position | None) -> Changes:
        """What came and went since a position; everything when that is too far back or of another file."""
        with self._database.connection() as connection, snapshot(connection):
            return _changes(connection, since)

    def wanted(self, keys: Iterable[int]) -> list[Wanted]:
        """The texts of keys, each once; keys that no document has any more are left out."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT key, hash, path, text FROM chunks WHERE key IN (SELECT value FROM json_each(?))"
                " GROUP BY key",
                (json.dumps(list(keys)),),
            )
            return [
                Wanted(key, digest, Chunk("", 0, 0, tuple(json.loads(path)), (), text).embedded)
                for key, digest, path, text in rows
            ]

    def hashes(self, keys: Iterable[int]) -> dict[int, bytes]:
        """The hashes of the texts of keys."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT DISTINCT key, hash FROM chunks WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(keys)),),
            )
            return dict(rows.fetchall())

    def documents_of(self, keys: Sequence[int], within: Filter = EVERYTHING) -> list[tuple[int, int, int]]:
        """Of each key the number of a document that has it now and may be found, and its position there."""
        condition, values = restriction(within, "document")
        with self._database.connection() as connection:
            return connection.execute(
                "SELECT key, document, position FROM chunks WHERE key IN (SELECT value FROM json_each(?))"
                f" {condition} ORDER BY document, position",
                (json.dumps(list(keys)), *values),
            ).fetchall()

    def first_keys(self, numbers: Iterable[int]) -> dict[int, int]:
        """The key of each document's first chunk, by number; of those that are chunked."""
        with self._database.connection() as connection:
            rows = connection.execute(
                # SQLite would take the other index, and read each chunk for its key: three times as long.
                "SELECT document, key FROM chunks INDEXED BY chunks_first"
                " WHERE document IN (SELECT value FROM json_each(?)) AND position = 0",
                (json.dumps(list(numbers)),),
            ).fetchall()
        return dict(rows)

    def keys_of(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        """The keys of all chunks of documents, by number."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT document, key FROM chunks WHERE document IN (SELECT value FROM json_each(?))",
                (json.dumps(list(numbers)),),
            ).fetchall()
        found: dict[int, list[int]] = {}
        for number, key in rows:
            found.setdefault(number, []).append(key)
        return found

    def number_of(self, id: str) -> int | None:
        """The number by which a document stands here now."""
        with self._database.connection() as connection:
            row = connection.execute("SELECT number FROM documents WHERE id = ?", (id,)).fetchone()
        return int(row[0]) if row else None

    def titles(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The ids and titles of documents, of those that still stand, by number."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT number, id, title FROM documents WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(list(numbers)),),
            )
            return {number: (key, title) for number, key, title in rows}

    def keys_within(self, within: Filter) -> list[int]:
        """The keys of all documents that may be found."""
        condition, values = restriction(within, "document")
        with self._database.connection() as connection:
            rows = connection.execute(f"SELECT DISTINCT key FROM chunks WHERE 1 {condition}", values)
            return [row[0] for row in rows]

    def of(self, numbers: Iterable[int]) -> dict[int, list[Passage]]:
        """The passages of documents in order; of a document that is not chunked yet, what would be."""
        wanted = json.dumps(list(numbers))
        with self._database.connection() as connection, snapshot(connection):
            rows = connection.execute(
                "SELECT document, key, title, words, id, position, total, path, also, text"
                " FROM chunks JOIN documents ON number = document"
                " WHERE number IN (SELECT value FROM json_each(?)) AND chunked = 1"
                " ORDER BY document, position",
                (wanted,),
            ).fetchall()
            raw = connection.execute(
                f"SELECT {COLUMNS} FROM documents WHERE chunked = 0 AND number IN"
                " (SELECT value FROM json_each(?))",
                (wanted,),
            ).fetchall()
        found: dict[int, list[Passage]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(_passage(row[1:]))
        for number, *rest in raw:
            document = document_of(rest)
            length = len(document.body.split())
            found[number] = [Passage(-1, document.title, length, chunk) for chunk in chunks_of(document)]
        return found

    def counts(self) -> tuple[int, int]:
        """How many documents and how many chunks there are."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)"
            ).fetchone()
        return int(row[0]), int(row[1])


def key_of(digest: bytes) -> int:
    """The key of a text from its hash: positive in 64 bits, as vector indexes want it."""
    return int.from_bytes(digest[:8]) >> 1


def _insert(connection: sqlite3.Connection, made: dict[int, list[Chunk]]) -> None:
    for number, chunks in made.items():
        claimed = connection.execute(
            "UPDATE documents SET chunked = 1 WHERE number = ? AND chunked = 0", (number,)
        )
        if not claimed.rowcount:
            continue
        connection.execute("DELETE FROM chunks WHERE document = ?", (number,))
        connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (_row(number, chunk) for chunk in chunks)
        )


def _row(number: int, chunk: Chunk) -> tuple[object, ...]:
    digest = text_hash(chunk.embedded)
    path, also = json.dumps(chunk.path), json.dumps(chunk.also)
    return number, chunk.index, chunk.count, key_of(digest), digest, path, also, chunk.text


def _passage(row: tuple[int, str, int, str, int, int, str, str, str]) -> Passage:
    key, title, words, document, position, total, path, also, text = row
    paths = tuple(tuple(one) for one in json.loads(also))
    return Passage(key, title, words, Chunk(document, position, total, tuple(json.loads(path)), paths, text))


def _changes(connection: sqlite3.Connection, since: Position | None) -> Changes:
    (source,) = connection.execute("SELECT value FROM state WHERE name = 'source'").fetchone()
    first, last = connection.execute(
        # Each by itself: SQLite finds the least or the greatest at once, but not both in one.
        "SELECT coalesce((SELECT min(sequence) FROM changes), 0),"
        " coalesce((SELECT max(sequence) FROM changes), 0)"
    ).fetchone()
    (unchunked,) = connection.execute("SELECT count(*) FROM documents WHERE chunked = 0").fetchone()
    position = Position(source, last)
    if since is None or since.source != source or since.sequence < first - 1:
        rows = connection.execute("SELECT DISTINCT key FROM chunks ORDER BY document DESC").fetchall()
        return Changes(position, [row[0] for row in rows], [], True, unchunked)
    rows = connection.execute(
        "SELECT key, EXISTS (SELECT 1 FROM chunks WHERE chunks.key = changed.key) FROM"
        " (SELECT key, max(sequence) AS newest FROM changes WHERE sequence > ? GROUP BY key) AS changed"
        " ORDER BY newest DESC",
        (since.sequence,),
    ).fetchall()
    present = [key for key, exists in rows if exists]
    return Changes(position, present, [key for key, exists in rows if not exists], False, unchunked)
