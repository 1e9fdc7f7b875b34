"""Reading pages; the records of a whole wiki are made once and kept while nothing about them changes."""

import json
import sqlite3
from typing import NamedTuple

from wiki_app.catalog.records import PageRecord, beyond, moment, pack, unpack
from wiki_app.repository import Author

_PAGE = (
    "SELECT g.key, g.content, f.commit_id, b.blob, b.title, b.heading, b.tags, b.category, b.words, b.size,"
    " k.revision, k.author, k.authored, k.authored_zone"
    " FROM pages g JOIN files f ON f.path = g.path JOIN commits k ON k.id = f.commit_id"
    " JOIN blobs b ON b.id = g.content"
)
_VERSIONS = "SELECT g.key, g.content, f.commit_id FROM pages g JOIN files f ON f.path = g.path"
_RANGE = " WHERE g.key >= ? AND g.key < ? ORDER BY g.key"
_FEW = 50
"""Records that are read one by one; more, all at once."""

_PageRow = tuple[
    bytes, int, int, bytes, str | None, str | None, str, str | None, int, int, bytes, int, int, int
]
_Version = tuple[int, int]
"""Row ids of a page's content and last commit: within one build of the catalog they are not used again."""


class _Kept(NamedTuple):
    version: _Version
    record: PageRecord


class RecordMemo:
    """Records by key with their versions, shared by the views (and so by the threads) of a catalog."""

    def __init__(self) -> None:
        # One attribute, so that threads never see one build's records under another's name.
        self._state: tuple[str, dict[bytes, _Kept]] = ("", {})

    def of(self, build: str) -> dict[bytes, _Kept]:
        """What is known of this build of the catalog; of another, nothing."""
        name, known = self._state
        return known if name == build else {}

    def replace(self, build: str, known: dict[bytes, _Kept]) -> None:
        """Keeps these only: pages that are gone are forgotten."""
        self._state = (build, known)


class Pages:
    """The pages of one read transaction."""

    def __init__(self, db: sqlite3.Connection, memo: RecordMemo, build: str) -> None:
        self._db = db
        self._memo = memo
        self._build = build
        self._authors: dict[int, Author] = {}

    def one(self, key: str) -> PageRecord | None:
        """The page with exactly this key."""
        found = self._read(pack(key))
        return found.record if found else None

    def some(self, prefix: str) -> list[PageRecord]:
        """The pages whose keys begin with the string `prefix`, sorted by key."""
        bounds = (pack(prefix), beyond(pack(prefix)))
        known = self._memo.of(self._build)
        rows = self._db.execute(_VERSIONS + _RANGE, bounds).fetchall() if known else []
        changed = [row[0] for row in rows if row[0] not in known or known[row[0]].version != row[1:]]
        if not rows or len(changed) > _FEW:
            found = self._read_range(bounds)
        else:
            fresh = {key: self._read(key) for key in changed}
            found = {row[0]: fresh.get(row[0]) or known[row[0]] for row in rows}
        if prefix:
            known.update(found)
        else:
            self._memo.replace(self._build, found)
        return [kept.record for kept in found.values()]

    def _read_range(self, bounds: tuple[bytes, bytes]) -> dict[bytes, _Kept]:
        rows = self._db.execute(_PAGE + _RANGE, bounds).fetchall()
        return {row[0]: _Kept(row[1:3], self._record(row)) for row in rows}

    def _read(self, key: bytes) -> _Kept | None:
        row = self._db.execute(_PAGE + " WHERE g.key = ?", (key,)).fetchone()
        return _Kept(row[1:3], self._record(row)) if row else None

    def _record(self, row: _PageRow) -> PageRecord:
        packed, _, _, blob, title, heading, tags, category, words, size, revision, author, authored, zone = (
            row
        )
        key = unpack(packed)
        return PageRecord(
            key,
            key + ".md",
            blob.hex(),
            title or key.rpartition("/")[2],
            heading,
            () if tags == "[]" else tuple(json.loads(tags)),
            category,
            words,
            size,
            revision.hex(),
            self._authors.get(author) or self._author(author),
            moment(authored, zone),
            title is not None,
        )

    def _author(self, number: int) -> Author:
        name, email = self._db.execute("SELECT name, email FROM authors WHERE id = ?", (number,)).fetchone()
        found = self._authors[number] = Author(name, email)
        return found
