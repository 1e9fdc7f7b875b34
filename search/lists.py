"""What FTS5's tables of words say of a word and of the documents, kept while the file stays as it is.

Words are as unevenly frequent in queries as in texts: those that cost most to read are asked for again.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from search.errors import IndexDamaged
from search.schema import PLAIN, STEMS

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]

PLACE_BITS = 24
"""A place is the document's number, one bit that is 0 in titles, and so many bits that count the words."""
KEPT = 1_000_000
"""Numbers that one connection keeps of a table, at most (8 bytes each)."""
NONE = np.zeros(0, np.int64)
BEYOND = "\U0010ffff"
"""Follows whatever else goes on after the beginning of a word."""

# All places of a word as one text: a row for each would cost twice as much. A table that keeps no places
# lists each document once.
LISTED = f"""
SELECT group_concat(
    (doc << {PLACE_BITS + 1}) + (ifnull(col <> 'title', 1) << {PLACE_BITS}) + ifnull(offset, 0)
) FROM %s_lists WHERE term
"""


@dataclass(frozen=True)
class Table:
    """One of the tables of words (search/schema.py), how it cuts texts, and what a word in a title weighs."""

    name: str
    rules: str
    title: float = 1.0


WORDS = Table("words", STEMS, 2.0)
PATHS = Table("places", STEMS)
CODES = Table("codes", PLAIN)
GRAMS = Table("grams", "trigram")


@dataclass(frozen=True)
class Found:
    """The documents of a phrase, in order, and how often it stands in each, titles weighted."""

    numbers: Numbers
    often: Scores


NOWHERE = Found(NONE, np.zeros(0))


@dataclass(frozen=True)
class Sizes:
    """The lengths of some documents in words, how many documents there are, and their mean length."""

    lengths: Numbers
    documents: int
    mean: float


class Lists:
    """One table as one connection sees it; for one thread at a time, inside a snapshot."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._places: dict[tuple[str, bool], Numbers] = {}
        self._found: dict[tuple[str, bool], Found] = {}
        self._kept = 0
        self._version = (0, 0)
        self._lengths = np.zeros(0, np.int32)

    def follow(self, connection: sqlite3.Connection) -> None:
        """Forget what another state of the file had. Lengths stay: a number never gets another text."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if (version, connection.total_changes) != self._version:
            self._version = (version, connection.total_changes)
            self._forget()

    def places(self, connection: sqlite3.Connection, term: str, *, begins: bool = False) -> Numbers:
        """Where a term stands, in order, or any that begins so."""
        return self._once((term, begins), lambda: self._read(connection, term, begins))

    def found(self, connection: sqlite3.Connection, term: str, *, begins: bool = False) -> Found:
        """The documents in which a term stands, or any that begins so."""
        key = (term, begins)
        if key not in self._found:
            found = by_document(self.places(connection, term, begins=begins), self.table)
            self._make_room(2 * len(found.numbers))
            self._found[key] = found
        return self._found[key]

    def matching(self, connection: sqlite3.Connection, query: str) -> Numbers:
        """The documents that FTS5 finds for a query in its own language, in order."""
        return self._once((query, False), lambda: self._match(connection, query))

    def sizes(self, connection: sqlite3.Connection, numbers: Numbers) -> Sizes:
        """Of documents by number, sorted; one at the least. Raises IndexDamaged when one is missing."""
        documents, words = self.counted(connection)
        if len(self._lengths) <= numbers[-1]:
            self._read_lengths(connection)
        if len(self._lengths) <= numbers[-1]:
            raise IndexDamaged("The index lists words of documents that it does not have.")
        return Sizes(self._lengths[numbers].astype(np.int64), documents, max(1, words) / max(1, documents))

    def counted(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """How many documents the table has, and how many words in all."""
        row = connection.execute(f"SELECT block FROM {self.table.name}_data WHERE id = 1").fetchone()
        documents, *totals = _varints(row[0]) if row and row[0] else [0]
        return documents, sum(totals)

    def _forget(self) -> None:
        self._places.clear()
        self._found.clear()
        self._kept = 0

    def _once(self, key: tuple[str, bool], read: Callable[[], Numbers]) -> Numbers:
        if key not in self._places:
            found = read()
            self._make_room(len(found))
            self._places[key] = found
        return self._places[key]

    def _make_room(self, more: int) -> None:
        if self._kept + more > KEPT:
            self._forget()
        self._kept += more

    def _match(self, connection: sqlite3.Connection, query: str) -> Numbers:
        name = self.table.name
        (text,) = connection.execute(
            f"SELECT group_concat(rowid) FROM {name} WHERE {name} MATCH ?", (query,)
        ).fetchone()
        return np.sort(numbers_of(text))

    def _read(self, connection: sqlite3.Connection, term: str, begins: bool) -> Numbers:
        condition, values = (">= ? AND term < ?", (term, term + BEYOND)) if begins else ("= ?", (term,))
        (text,) = connection.execute(LISTED % self.table.name + condition, values).fetchone()
        return np.sort(numbers_of(text)) if begins else numbers_of(text)

    def _read_lengths(self, connection: sqlite3.Connection) -> None:
        rows = connection.execute(
            f"SELECT id, sz FROM {self.table.name}_docsize WHERE id >= ? ORDER BY id", (len(self._lengths),)
        ).fetchall()
        if rows:
            more = np.zeros(rows[-1][0] + 1 - len(self._lengths), np.int32)
            more[[number - len(self._lengths) for number, _ in rows]] = [
                sum(_varints(size)) for _, size in rows
            ]
            self._lengths = np.concatenate([self._lengths, more])


_lists: WeakKeyDictionary[sqlite3.Connection, dict[str, Lists]] = WeakKeyDictionary()
_lock = Lock()


def lists_of(connection: sqlite3.Connection, table: Table) -> Lists:
    """What is kept for a connection, which stays with one file; brought to the state that it sees now."""
    with _lock:
        known = _lists.setdefault(connection, {})
    lists = known.setdefault(table.name, Lists(table))
    lists.follow(connection)
    return lists


def by_document(places: Numbers, table: Table) -> Found:
    """Where a phrase stands, in order; how often it does in each document."""
    numbers = places >> (PLACE_BITS + 1)
    first = _first(numbers)
    weights = np.where(places & (1 << PLACE_BITS), 1.0, table.title)
    return Found(numbers[first], np.add.reduceat(weights, first))


def numbers_of(text: str | None) -> Numbers:
    """What SQLite's group_concat made of whole numbers; None where there was none."""
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)


def united(lists: Sequence[Numbers]) -> Numbers:
    """Each of the numbers of some lists once, in order. The lists are in order, which np.unique makes no use
    of: a stable sort only merges them."""
    numbers = np.sort(np.concatenate([NONE, *lists]), kind="stable")
    return numbers[_first(numbers)]


def _first(numbers: Numbers) -> Numbers:
    """The places at which another number begins, of numbers in order."""
    other = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=other[1:])
    return np.flatnonzero(other)


def _varints(data: bytes) -> list[int]:
    """SQLite's integers of variable length: seven bits a byte, the highest first (none here has nine)."""
    found, value = [], 0
    for byte in data:
        value = value << 7 | byte & 127
        if byte < 128:
            found.append(value)
            value = 0
    return found
