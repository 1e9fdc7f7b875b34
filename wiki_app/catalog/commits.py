"""Writing commits and what they changed."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from wiki_app.catalog.gitlog import LoggedCommit
from wiki_app.catalog.records import pack_id
from wiki_app.trailers import attribute

_BATCH = 1000
_INSERT_PATH = "INSERT INTO paths (path) VALUES (?)"
_INSERT_AUTHOR = "INSERT INTO authors (name, email) VALUES (?, ?)"
_INSERT_COMMIT = (
    "INSERT INTO commits (id, revision, seq, parents, author, authored, authored_zone,"
    " committed, committed_zone, message, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_KEYED = "INSERT OR REPLACE INTO keyed (key, commit_id, body) VALUES (?, ?, ?)"
# A path may be both a rename's source and changed itself: the change of its own wins.
_INSERT_CHANGE = "INSERT OR REPLACE INTO changes VALUES (?, ?, ?, ?, ?)"
_INSERT_SOURCE = "INSERT OR IGNORE INTO changes (path, commit_id, status, other) VALUES (?, ?, 'D', ?)"

CommitRow = tuple[int, bytes, int, bytes, int, int, int, int, int, str, str | None]
ChangeRow = tuple[int, int, str, bytes | None, int | None]


class CommitWriter:
    """Adds commits inside the caller's transaction; knows the ids of paths and authors."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._paths: dict[bytes, int] = {}
        self._authors: dict[tuple[str, str], int] = {}

    def path_id(self, path: bytes) -> int:
        """The id of a path, given when it is new."""
        known = self._paths.get(path)
        if known is None:
            known = self._paths[path] = self._id("SELECT id FROM paths WHERE path = ?", _INSERT_PATH, (path,))
        return known

    def _author_id(self, name: str, email: str) -> int:
        known = self._authors.get((name, email))
        if known is None:
            query = "SELECT id FROM authors WHERE name = ? AND email = ?"
            known = self._authors[name, email] = self._id(query, _INSERT_AUTHOR, (name, email))
        return known

    def _id(self, query: str, insert: str, values: tuple[bytes] | tuple[str, str]) -> int:
        row = self._db.execute(query, values).fetchone()
        number = row[0] if row else self._db.execute(insert, values).lastrowid
        assert isinstance(number, int)
        return number

    def add(self, commits: Iterable[LoggedCommit], top: int) -> None:
        """Writes commits that come newest first, the first with seq `top`."""
        first = self._db.execute("SELECT coalesce(max(id), 0) FROM commits").fetchone()[0]
        numbered = enumerate(commits)
        while batch := list(islice(numbered, _BATCH)):
            self._db.executemany(
                _INSERT_COMMIT, [self._commit_row(first + 1 + i, top - i, commit) for i, commit in batch]
            )
            rows = [row for i, commit in batch for row in self._change_rows(first + 1 + i, commit)]
            self._db.executemany(_INSERT_CHANGE, rows)
            sources = [(row[4], row[1], row[0]) for row in rows if row[4] is not None]
            self._db.executemany(_INSERT_SOURCE, sources)

    def _commit_row(self, number: int, seq: int, commit: LoggedCommit) -> CommitRow:
        author = self._author_id(commit.name, commit.email)
        parents = b"".join(commit.parents)
        times = (*commit.authored, *commit.committed)
        found = attribute(commit.message)
        if found.once:
            self._db.execute(_INSERT_KEYED, (found.once.key, number, found.once.body))
        return (number, commit.revision, seq, parents, author, *times, commit.message, found.agent)

    def _change_rows(self, number: int, commit: LoggedCommit) -> Iterator[ChangeRow]:
        for path, status, blob, old in commit.changes:
            other = None if old is None else self.path_id(old)
            yield (self.path_id(path), number, status, blob, other)


def reorder(db: sqlite3.Connection, revisions: Iterable[str]) -> bool:
    """Gives the commits the order of `revisions` (newest first, as git log has them); False when these
    are not the commits that are known. The oldest keep their places, so that few rows change.
    """
    order = [pack_id(revision) for revision in revisions]
    known = dict(db.execute("SELECT revision, seq FROM commits"))
    if known.keys() != set(order):
        return False
    lowest = min(known.values(), default=0)
    top = lowest + len(order) - 1
    moved = [(top - i, revision) for i, revision in enumerate(order) if known.get(revision) != top - i]
    db.executemany("UPDATE commits SET seq = ? WHERE revision = ?", moved)
    return True
