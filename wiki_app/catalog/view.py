"""One commit's pages, links and history, read in one transaction."""

import json
import sqlite3
from functools import cached_property

from wiki_app.catalog.history import History
from wiki_app.catalog.mark import Mark
from wiki_app.catalog.pages import Pages, RecordMemo
from wiki_app.catalog.records import Change, Keyed, LogFilter, PageRecord, beyond, pack, unpack
from wiki_app.repository import CommitInfo, Repository, Snapshot
from wiki_app.rules import WikiRules
from wiki_app.text import Heading


class CatalogView:
    """Everything read here belongs to the commit `commit` (None: no commit yet), `snapshot` too.

    Use it inside the `with` of `Catalog.view`, in one thread.
    """

    def __init__(
        self, db: sqlite3.Connection, repository: Repository, rules: WikiRules, memo: RecordMemo
    ) -> None:
        mark = Mark(db)
        self.commit = mark.commit
        self.rules = rules
        self._db = db
        self._repository = repository
        self._pages = Pages(db, memo, mark.build)

    @cached_property
    def snapshot(self) -> Snapshot:
        """The files of the commit."""
        if self.commit is None:
            return Snapshot(self._repository, None, None)
        return self._repository.snapshot(self.commit)

    @cached_property
    def _history(self) -> History:
        return History(self._db)

    # Pages

    def page(self, key: str) -> PageRecord | None:
        """The page with exactly this key."""
        return self._pages.one(key)

    def pages(self, prefix: str = "") -> list[PageRecord]:
        """The pages whose keys begin with the string `prefix`, sorted by key."""
        return self._pages.some(prefix)

    def keys(self) -> list[str]:
        """All page keys, sorted."""
        return [unpack(key) for (key,) in self._db.execute("SELECT key FROM pages ORDER BY key").fetchall()]

    def outline(self, key: str) -> list[Heading]:
        """The headings of a page, [] when there is no such page."""
        query = "SELECT b.outline FROM pages g JOIN blobs b ON b.id = g.content WHERE g.key = ?"
        row = self._db.execute(query, (pack(key),)).fetchone()
        return _headings(row[0]) if row else []

    def outlines(self, prefix: str = "") -> dict[str, list[Heading]]:
        """The headings of all pages whose keys begin with the string `prefix`, in the order of the keys."""
        low = pack(prefix)
        query = (
            "SELECT g.key, b.outline FROM pages g JOIN blobs b ON b.id = g.content"
            " WHERE g.key >= ? AND g.key < ? ORDER BY g.key"
        )
        rows = self._db.execute(query, (low, beyond(low))).fetchall()
        return {unpack(key): _headings(outline) for key, outline in rows}

    def headings_signature(self, prefix: str = "") -> str:
        """Changes exactly when the set of pages below the directory `prefix`, or one of their `heading`s,
        does: a key for what is drawn from these (the sidebar). One row is read, however many pages.
        """
        directory = (pack(prefix.strip("/")),)
        row = self._db.execute("SELECT total FROM directories WHERE path = ?", directory).fetchone()
        return row[0].hex() if row else ""

    # Links

    def links_from(self, key: str) -> list[str]:
        """The keys that a page links to, sorted, missing pages included."""
        query = "SELECT target FROM links WHERE source = ? ORDER BY target"
        return [unpack(target) for (target,) in self._db.execute(query, (pack(key),)).fetchall()]

    def links_to(self, key: str) -> list[str]:
        """The keys of the pages that link to `key`, which need not exist, sorted."""
        query = "SELECT source FROM links WHERE target = ? ORDER BY source"
        return [unpack(source) for (source,) in self._db.execute(query, (pack(key),)).fetchall()]

    def links(self) -> list[tuple[str, str]]:
        """All links as (source, target), sorted."""
        rows = self._db.execute("SELECT source, target FROM links ORDER BY source, target").fetchall()
        return [(unpack(source), unpack(target)) for source, target in rows]

    # History

    def last_change(self, path: str) -> Change | None:
        """The newest commit whose change to the file (any file of the commit) gave it its present blob,
        merges included (DECISIONS 5).
        """
        return self._history.last(path)

    def last_changes(self, prefix: str) -> dict[str, Change]:
        """`last_change` of every file whose path begins with the string `prefix`."""
        return self._history.lasts(prefix)

    def history(self, path: str, *, follow: bool = True, limit: int | None = None) -> list[Change]:
        """The changes of a file, newest first, with `follow` through its renames (not to copies: a
        look-alike's commits are not this page's).
        """
        return self._history.of_path(path, follow=follow, limit=limit)

    def commits(self, limit: int | None = None, offset: int = 0) -> list[CommitInfo]:
        """Commits in git log's default order."""
        return self._history.commits(limit, offset)

    def log(self, wanted: LogFilter, limit: int, offset: int = 0) -> list[CommitInfo]:
        """Those commits that pass, newest first."""
        return self._history.filtered(wanted, limit, offset)

    def keyed(self, key: str) -> Keyed | None:
        """The newest commit whose write had the key with this hash."""
        return self._history.keyed(key)

    def commit_count(self) -> int:
        """The number of commits."""
        return self._history.count()

    def position(self, revision: str) -> int | None:
        """The offset of a full revision in `commits()`."""
        return self._history.position(revision)

    def files_of(self, revision: str) -> list[Change]:
        """What a commit changed, sorted by path; of a merge, what differs from all of its parents."""
        return self._history.of_commits([revision])[revision]

    def files_of_many(self, revisions: list[str]) -> dict[str, list[Change]]:
        """`files_of` for many commits at once."""
        return self._history.of_commits(revisions)

    def resolve(self, prefix: str, path: str | None = None) -> str | None:
        """The commit that a hex prefix of any length names, with `path` among those that changed this
        file under any of its names. Several: the newest. None when there is none.
        """
        return self._history.resolve(prefix, path)


def _headings(outline: str) -> list[Heading]:
    return [] if outline == "[]" else [Heading(*item) for item in json.loads(outline)]
