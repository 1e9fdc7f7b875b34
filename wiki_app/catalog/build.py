"""Bringing the catalog to a commit: built anew, or caught up from the commit that it stands at."""

import os
import sqlite3
from collections.abc import Iterator
from itertools import chain

from wiki_app.catalog import gitlog
from wiki_app.catalog.commits import CommitWriter, reorder
from wiki_app.catalog.files import FileWriter, content_of
from wiki_app.catalog.gitlog import LoggedChange, LoggedCommit
from wiki_app.catalog.mark import Mark
from wiki_app.catalog.records import PAGE, instant, pack, pack_id, unpack
from wiki_app.catalog.schema import empty
from wiki_app.gitcommand import Git
from wiki_app.objects import SYMLINK
from wiki_app.repository import CommitInfo, Repository, TreeChange
from wiki_app.rules import WikiRules

_NEAR = 32
"""Commits in a row that are read through libgit2; more, or merges, through one git process."""

_DATE = """
UPDATE files SET commit_id = (
    SELECT c.commit_id FROM changes c JOIN commits k ON k.id = c.commit_id
    WHERE c.path = files.path AND c.blob = files.blob ORDER BY k.seq DESC LIMIT 1
)"""
"""The newest commit whose change to the file gave it its present blob (DECISIONS 5)."""
_UNDATED = """
UPDATE files SET commit_id = (SELECT id FROM commits ORDER BY seq DESC LIMIT 1) WHERE commit_id IS NULL"""
"""Only with `git replace`, which libgit2 does not know, can a file's blob be in no logged change."""


class Builder:
    """One step forward inside the caller's write transaction."""

    def __init__(self, db: sqlite3.Connection, repository: Repository, git: Git, rules: WikiRules) -> None:
        self._db = db
        self._repository = repository
        self._git = git
        self._rules = rules
        self._taken = 0
        self._start()

    def _start(self) -> None:
        self._commits = CommitWriter(self._db)
        self._files = FileWriter(self._db, self._repository, self._rules)

    def advance(self) -> int:
        """Brings the catalog to HEAD as it is now, from wherever it stands; how many commits it took in."""
        mark = Mark(self._db)
        head = self._repository.head()
        if mark.fits(head, self._rules):
            return 0
        if head is None:
            empty(self._db)
            return 0
        if mark.commit is not None and mark.commit != head:
            self._forward(mark.commit, head)
        elif mark.commit is None:
            self._build(head)
        if mark.rules not in (None, self._rules.signature):
            self._files.relink()
        self._files.flush()
        Mark.write(self._db, commit=head, rules=self._rules.signature)
        return self._taken

    def _build(self, head: str) -> None:
        """Everything, from one pass over the log."""
        empty(self._db)
        Mark.write(self._db, build=os.urandom(8).hex())
        self._start()
        snapshot = self._repository.snapshot(head)
        self._commits.add(self._log(head), 0)
        self._taken = self._db.execute("SELECT count(*) FROM commits").fetchone()[0]
        for entry in snapshot.files():
            path = pack(entry.path)
            number = self._commits.path_id(path)
            self._files.put(number, entry)
            self._files.put_page(number, path, content_of(snapshot, entry))
        self._date_all()
        self._db.execute("DELETE FROM blobs WHERE id NOT IN (SELECT content FROM pages)")

    def _forward(self, old: str, head: str) -> None:
        near = self._near(old, head)
        if near is None and not self._repository.is_ancestor(old, head):
            self._build(head)  # history was rewritten
            return
        logged = list(self._read(near) if near is not None else self._log(f"{old}..{head}"))
        top = self._db.execute("SELECT max(seq) FROM commits").fetchone()[0]
        self._commits.add(logged, top + len(logged))
        self._taken = len(logged)
        put = self._change_files(old, head)
        if _is_chain(logged, pack_id(old)):
            touched = {self._commits.path_id(change.path) for commit in logged for change in commit.changes}
            self._date(touched | put)
        elif not reorder(self._db, self._git.run("rev-list", head).decode().split()):
            self._build(head)  # git shows other commits than it did: grafts, or a deepened clone
        else:
            self._date_all()

    def _date(self, numbers: set[int]) -> None:
        """One by one: to look through all files for a few takes longer the larger the wiki is."""
        paths = [(number,) for number in numbers]
        self._db.executemany(f"{_DATE} WHERE path = ?", paths)
        self._db.executemany(f"{_UNDATED} AND path = ?", paths)

    def _date_all(self) -> None:
        self._db.execute(_DATE)
        self._db.execute(_UNDATED)

    def _near(self, old: str, head: str) -> list[CommitInfo] | None:
        """The commits from `head` back to before `old`, when they are few and in a row."""
        found: list[CommitInfo] = []
        revision = head
        while revision != old:
            info = self._repository.info(revision)
            found.append(info)
            if len(info.parents) != 1 or len(found) > _NEAR:
                return None
            revision = info.parents[0]
        return found

    def _read(self, infos: list[CommitInfo]) -> Iterator[LoggedCommit]:
        for info in infos:
            changes = self._repository.diff(info.parents[0], info.revision)
            if {change.new is None for change in changes if not (change.old and change.new)} == {True, False}:
                # Files came and went: whether some were renamed is git's to say, as in the first build.
                yield from self._log("--max-count=1", info.revision)
            else:
                yield _logged(info, changes)

    def _log(self, *revisions: str) -> Iterator[LoggedCommit]:
        return gitlog.parse(self._git.stream(*gitlog.COMMAND, *revisions))

    def _change_files(self, old: str, head: str) -> set[int]:
        """The path ids of the files that were put."""
        put: set[int] = set()
        snapshot = self._repository.snapshot(head)
        for change in self._repository.diff(old, head):
            path = pack(change.path)
            number = self._commits.path_id(path)
            if change.new is None:
                self._files.remove(number)
            else:
                self._files.put(number, change.new)
                put.add(number)
            self._files.put_page(number, path, content_of(snapshot, change.new))
        links = "SELECT p.id, p.path FROM files f JOIN paths p ON p.id = f.path WHERE f.mode = ?"
        for number, path in self._db.execute(links, (SYMLINK,)).fetchall():
            if path.endswith(PAGE.encode()):
                entry = snapshot.entry(unpack(path))
                self._files.put_page(number, path, content_of(snapshot, entry))
        return put


def _is_chain(commits: list[LoggedCommit], old: bytes) -> bool:
    """Whether each is the only parent of the one before, and `old` of the last."""
    parents = chain((commit.revision for commit in commits[1:]), [old])
    return all(commit.parents == (parent,) for commit, parent in zip(commits, parents, strict=True))


def _logged(info: CommitInfo, changes: list[TreeChange]) -> LoggedCommit:
    return LoggedCommit(
        revision=pack_id(info.revision),
        parents=tuple(pack_id(parent) for parent in info.parents),
        name=info.author.name,
        email=info.author.email,
        authored=instant(info.authored),
        committed=instant(info.committed),
        message=info.message,
        changes=[_logged_change(change) for change in changes],
    )


def _logged_change(change: TreeChange) -> LoggedChange:
    path = pack(change.path)
    if change.new is None:
        return LoggedChange(path, "D", None)
    return LoggedChange(path, "M" if change.old else "A", pack_id(change.new.blob))
