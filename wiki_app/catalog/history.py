"""Reading commits and what they changed."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from wiki_app.catalog.records import Change, Keyed, LogFilter, beyond, moment, pack, pack_id, unpack
from wiki_app.repository import Author, CommitInfo

_COMMIT = (
    "SELECT k.id, k.revision, k.parents, a.name, a.email, k.authored, k.authored_zone,"
    " k.committed, k.committed_zone, k.message FROM commits k JOIN authors a ON a.id = k.author"
)
_CHANGE = (
    "SELECT c.commit_id, p.path, c.status, c.blob, o.path, c.other, k.seq FROM changes c"
    " JOIN commits k ON k.id = c.commit_id JOIN paths p ON p.id = c.path LEFT JOIN paths o ON o.id = c.other"
)
_ID_BYTES = 20
_BATCH = 500
_HEX = frozenset("0123456789abcdef")

_CommitRow = tuple[int, bytes, bytes, str, str, int, int, int, int, str]
_ChangeRow = tuple[int, bytes, str, bytes | None, bytes | None, int | None, int]


class History:
    """The commits of one read transaction, newest first in git log's order."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._known: dict[int, CommitInfo] = {}
        self._top: int = db.execute("SELECT coalesce(max(seq), 0) FROM commits").fetchone()[0]

    def commit(self, number: int) -> CommitInfo:
        """The commit with this row id, made once in a view."""
        known = self._known.get(number)
        return known or self._make(self._db.execute(_COMMIT + " WHERE k.id = ?", (number,)).fetchone())

    def _make(self, row: _CommitRow) -> CommitInfo:
        number, revision, parents, name, email, *times, message = row
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = CommitInfo(
                revision=revision.hex(),
                parents=tuple(parents[i : i + _ID_BYTES].hex() for i in range(0, len(parents), _ID_BYTES)),
                tree="",
                author=Author(name, email),
                authored=moment(times[0], times[1]),
                committed=moment(times[2], times[3]),
                message=message,
            )
        return known

    def _change(self, row: _ChangeRow) -> Change:
        number, path, status, blob, old, _, _ = row
        renamed_from = unpack(old) if old is not None and status == "R" else None
        return Change(self.commit(number), unpack(path), status, blob.hex() if blob else None, renamed_from)

    def commits(self, limit: int | None = None, offset: int = 0) -> list[CommitInfo]:
        """A part of the log."""
        query = _COMMIT + " WHERE k.seq <= ? ORDER BY k.seq DESC LIMIT ?"
        rows = self._db.execute(query, (self._top - offset, -1 if limit is None else limit))
        return [self._make(row) for row in rows]

    def filtered(self, wanted: LogFilter, limit: int, offset: int) -> list[CommitInfo]:
        """A part of the log of those commits that pass."""
        conditions = ["k.seq <= ?"]
        values: list[int | str | bytes] = [self._top]
        if wanted.agent:
            conditions.append("k.agent IS NOT NULL AND instr(lower(k.agent), lower(?))")
            values.append(wanted.agent)
        if wanted.author:
            conditions.append("instr(lower(a.name || ' ' || a.email), lower(?))")
            values.append(wanted.author)
        if wanted.since is not None:
            conditions.append("k.authored >= ?")
            values.append(int(wanted.since.timestamp()))
        if wanted.after:
            conditions.append("k.seq > (SELECT seq FROM commits WHERE revision = ?)")
            values.append(_id(wanted.after))
        query = f"{_COMMIT} WHERE {' AND '.join(conditions)} ORDER BY k.seq DESC LIMIT ? OFFSET ?"
        return [self._make(row) for row in self._db.execute(query, (*values, limit, offset)).fetchall()]

    def keyed(self, key: str) -> Keyed | None:
        """The newest commit under a key."""
        query = (
            "SELECT w.commit_id, w.body FROM keyed w JOIN commits k ON k.id = w.commit_id"
            " WHERE w.key = ? ORDER BY k.seq DESC LIMIT 1"
        )
        row = self._db.execute(query, (key,)).fetchone()
        return Keyed(self.commit(row[0]), row[1]) if row else None

    def count(self) -> int:
        """The number of commits."""
        found: int = self._db.execute("SELECT count(*) FROM commits").fetchone()[0]
        return found

    def position(self, revision: str) -> int | None:
        """Where in the log a full revision stands, from 0; None when it is not there."""
        row = self._db.execute("SELECT seq FROM commits WHERE revision = ?", (_id(revision),)).fetchone()
        return None if row is None else self._top - int(row[0])

    def last(self, path: str) -> Change | None:
        """The change that gave a file of HEAD its blob."""
        query = _CHANGE + " JOIN files f ON f.path = c.path AND f.commit_id = c.commit_id WHERE p.path = ?"
        row = self._db.execute(query, (pack(path),)).fetchone()
        return self._change(row) if row else None

    def lasts(self, prefix: str) -> dict[str, Change]:
        """As `last`, for all files of HEAD whose paths begin with `prefix`."""
        low = pack(prefix)
        query = (
            _CHANGE + " JOIN files f ON f.path = c.path AND f.commit_id = c.commit_id"
            " WHERE p.path >= ? AND p.path < ? ORDER BY p.path"
        )
        found = (self._change(row) for row in self._db.execute(query, (low, beyond(low))).fetchall())
        return {change.path: change for change in found}

    def of_path(self, path: str, *, follow: bool = True, limit: int | None = None) -> list[Change]:
        """What was done to a file, of HEAD or gone; with `follow` on through its renames."""
        row = self._db.execute("SELECT id FROM paths WHERE path = ?", (pack(path),)).fetchone()
        return list(islice(self._walk(row[0], follow=follow), limit)) if row else []

    def _walk(self, start: int, *, follow: bool) -> Iterator[Change]:
        query = _CHANGE + " WHERE c.path = ? AND k.seq < ? ORDER BY k.seq DESC"
        path: int | None = start
        below = self._top + 1
        while path is not None:
            rows: list[_ChangeRow] = self._db.execute(query, (path, below)).fetchall()
            path = None
            for row in rows:
                yield self._change(row)
                if follow and row[2] == "R":
                    path, below = row[5], row[6]
                    break

    def of_commits(self, revisions: Iterable[str]) -> dict[str, list[Change]]:
        """What each of these commits changed, sorted by path; a renamed file once, as R. Unknown
        revisions have an empty list.
        """
        found: dict[str, list[Change]] = {revision: [] for revision in revisions}
        ids = [_id(revision) for revision in found]
        for start in range(0, len(ids), _BATCH):
            self._fill(found, ids[start : start + _BATCH])
        return found

    def _fill(self, found: dict[str, list[Change]], ids: Sequence[bytes]) -> None:
        marks = ",".join("?" * len(ids))
        numbers = {}
        for row in self._db.execute(f"{_COMMIT} WHERE k.revision IN ({marks})", ids):
            numbers[row[0]] = self._make(row).revision
        changes = (
            f"{_CHANGE} WHERE c.commit_id IN ({marks}) AND NOT (c.status = 'D' AND c.other IS NOT NULL)"
            " ORDER BY p.path"
        )
        unused = [0] * (len(ids) - len(numbers))
        for row in self._db.execute(changes, [*numbers, *unused]).fetchall():
            found[numbers[row[0]]].append(self._change(row))

    def resolve(self, prefix: str, path: str | None = None) -> str | None:
        """The newest commit that a hex prefix names, with `path` among those that changed this file."""
        low = prefix.lower()
        if not low or len(low) > 2 * _ID_BYTES or not _HEX.issuperset(low):
            return None
        if path is not None:
            for change in self.of_path(path):
                if change.commit.revision.startswith(low):
                    return change.commit.revision
            return None
        bounds = (_id(low.ljust(2 * _ID_BYTES, "0")), _id(low.ljust(2 * _ID_BYTES, "f")))
        query = "SELECT revision FROM commits WHERE revision BETWEEN ? AND ? ORDER BY seq DESC LIMIT 1"
        row = self._db.execute(query, bounds).fetchone()
        return row[0].hex() if row else None


def _id(revision: str) -> bytes:
    try:
        return pack_id(revision)
    except ValueError:
        return b""
