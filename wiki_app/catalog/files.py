"""Writing the files of HEAD: pages, their links, what their blobs say, the sums of their directories."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from wiki_app.catalog.records import key_of, pack, pack_id, unpack
from wiki_app.errors import NotFound
from wiki_app.objects import SUBMODULE, SYMLINK
from wiki_app.repository import Entry, Repository, Snapshot
from wiki_app.rules import WikiRules
from wiki_app.text import analyse, wikilinks

_MODULUS = 1 << 128
_FOLLOWED_LINKS = 10


class FileWriter:
    """Changes files inside the caller's transaction; `flush` at the end."""

    def __init__(self, db: sqlite3.Connection, repository: Repository, rules: WikiRules) -> None:
        self._db = db
        self._repository = repository
        self._rules = rules
        self._sums: dict[bytes, int] = {}

    def put(self, number: int, entry: Entry) -> None:
        """The file with path id `number`, new or changed; its last commit is to be filled in."""
        row = (number, pack_id(entry.blob), entry.mode)
        self._db.execute("INSERT OR REPLACE INTO files (path, blob, mode) VALUES (?, ?, ?)", row)

    def remove(self, number: int) -> None:
        """The file is gone."""
        self._db.execute("DELETE FROM files WHERE path = ?", (number,))

    def put_page(self, number: int, path: bytes, blob: bytes | None) -> None:
        """What there is to know of a page whose text is `blob` now; None: it is a page no more."""
        key = key_of(path)
        if key is None:
            return
        row = self._db.execute("SELECT content FROM pages WHERE key = ?", (key,)).fetchone()
        before: int | None = row[0] if row else None
        content = None if blob is None else self._learn(blob)
        if before == content:
            return
        if before is not None:
            self._count(path, before, -1)
            self._db.execute("DELETE FROM links WHERE source = ?", (key,))
            self._db.execute("DELETE FROM pages WHERE key = ?", (key,))
            self._forget(before)
        if content is not None:
            self._db.execute("INSERT INTO pages VALUES (?, ?, ?)", (key, number, content))
            self._count(path, content, +1)
            self._link(key, content)

    def relink(self) -> None:
        """Derives all links anew: the rules have changed."""
        self._db.execute("DELETE FROM links")
        for key, content in self._db.execute("SELECT key, content FROM pages").fetchall():
            self._link(key, content)

    def flush(self) -> None:
        """Writes the directories' sums."""
        for path, change in self._sums.items():
            row = self._db.execute("SELECT total FROM directories WHERE path = ?", (path,)).fetchone()
            total = ((int.from_bytes(row[0]) if row else 0) + change) % _MODULUS
            if total:
                row = (path, total.to_bytes(16))
                self._db.execute("INSERT OR REPLACE INTO directories VALUES (?, ?)", row)
            else:
                self._db.execute("DELETE FROM directories WHERE path = ?", (path,))
        self._sums.clear()

    def _learn(self, blob: bytes) -> int:
        row = self._db.execute("SELECT id FROM blobs WHERE blob = ?", (blob,)).fetchone()
        if row:
            known: int = row[0]
            return known
        try:
            data = self._repository.blob(blob.hex())
        except NotFound:
            data = b""  # a partial clone, or a damaged repository: the other pages are still there
        found = analyse(data)
        cursor = self._db.execute(
            "INSERT INTO blobs (blob, size, words, heading, title, tags, category, links, outline)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(blob, found.size, found.words, found.heading, found.title, _json(found.tags)),
                *(found.category, _json(found.links), _json(found.outline)),
            ),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _forget(self, content: int) -> None:
        unused = "DELETE FROM blobs WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM pages WHERE content = ?1)"
        self._db.execute(unused, (content,))

    def _link(self, key: bytes, content: int) -> None:
        links = self._db.execute("SELECT links FROM blobs WHERE id = ?", (content,)).fetchone()[0]
        if links != "[]":
            targets = wikilinks.targets_of(json.loads(links), self._rules)
            rows = [(key, pack(target)) for target in targets]
            self._db.executemany("INSERT INTO links VALUES (?, ?)", rows)

    def _count(self, path: bytes, content: int, sign: int) -> None:
        heading = self._db.execute("SELECT heading FROM blobs WHERE id = ?", (content,)).fetchone()[0]
        said = b"" if heading is None else b"\0" + heading.encode("utf-8")
        value = sign * int.from_bytes(blake2b(path + b"\0" + said, digest_size=16).digest())
        for directory in _directories(path):
            self._sums[directory] = self._sums.get(directory, 0) + value


def _directories(path: bytes) -> Iterator[bytes]:
    while path:
        path = path.rpartition(b"/")[0]
        yield path


def _json(value: Iterable[object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else "[]"


def content_of(snapshot: Snapshot, entry: Entry | None) -> bytes | None:
    """The blob that a reader of the file gets, symbolic links followed inside the tree; the link's own
    when it leads to no file there. None for what is no file to a reader: submodules, links to folders.
    """
    if entry is None or entry.mode == SUBMODULE:
        return None
    if entry.mode != SYMLINK:
        return pack_id(entry.blob)
    target = _follow(snapshot, entry.path)
    if target is None:
        return pack_id(entry.blob)
    found = snapshot.entry(target)
    return pack_id(found.blob) if found is not None else None


def _follow(snapshot: Snapshot, path: str) -> str | None:
    """The path that a link ends at, a file or a folder; None when it leads outside, to nothing or round."""
    left = path.split("/")
    done: list[str] = []
    links = 0
    while left:
        part = left.pop(0)
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                return None
            done.pop()
            continue
        done.append(part)
        entry = snapshot.entry("/".join(done))
        if entry is not None and entry.mode == SYMLINK:
            links += 1
            target = unpack(snapshot.read(entry.path))
            if links > _FOLLOWED_LINKS or target.startswith("/"):
                return None
            done.pop()
            left = target.split("/") + left
    end = "/".join(done)
    return end if snapshot.entry(end) or snapshot.is_dir(end) else None
