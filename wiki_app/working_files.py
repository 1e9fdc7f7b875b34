"""The working files and the index beside the repository: they follow the branch, never the other way round.

Two marks in `.git/wikibot/` say which commit each of them shows. A file (or index entry) that differs from
what its mark says belongs to the owner, who is editing: it is left as it is (DECISIONS 19). All methods
but `uncommitted` are called with the store's write lock held.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from pathlib import Path

from wiki_app.errors import NotFound
from wiki_app.gitcommand import Git
from wiki_app.objects import EXECUTABLE, SUBMODULE, SYMLINK, Entry
from wiki_app.repository import Committed, Repository, TreeChange

log = logging.getLogger(__name__)


class Mark:
    """A file that holds a commit id; empty for "no files", absent when it was never set."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def known(self) -> bool:
        """Whether it was ever set."""
        return self._path.exists()

    def get(self) -> str | None:
        """The commit, None for "no files"."""
        return self._path.read_text().strip() or None

    def set(self, commit: str | None) -> None:
        """Moves the mark atomically."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(commit or "")
        os.replace(fresh, self._path)


def blob_id(data: bytes) -> str:
    """The id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


class WorkingFiles:
    """Brings the files of the working tree and git's index to the branch's commit."""

    def __init__(self, repository: Repository, git: Git) -> None:
        self._repository = repository
        self._git = git
        own = repository.git_dir / "wikibot"
        self._scratch = own / "tmp"
        self._scratch.mkdir(parents=True, exist_ok=True)
        self._files = Mark(own / "worktree")
        self._index = Mark(own / "index")

    def open(self) -> None:
        """Takes over what is there at the first start; afterwards repairs what a crash left behind."""
        for leftover in self._scratch.iterdir():
            leftover.unlink(missing_ok=True)
        if not self._files.known():
            self._adopt()
        self.sync()
        self.refresh_index()

    def _adopt(self) -> None:
        head = self._repository.head()
        if not (self._repository.git_dir / "index").exists() and head:
            self._git.run("read-tree", head)
        shown = [
            entry for entry in self._repository.snapshot().files() if os.path.lexists(self._at(entry.path))
        ]
        self._files.set(head if shown else None)
        self._index.set(head)

    def behind(self) -> bool:
        """Whether the branch stands elsewhere than the working files or the index."""
        head = self._repository.head()
        return self._files.get() != head or self._index.get() != head

    def follow(self, committed: Committed) -> None:
        """Writes what a commit changed; when others committed in between, what all of them did."""
        if self._files.get() != committed.parent:
            self.sync()
            return
        self._show(committed.changes)
        self._files.set(committed.revision)

    def sync(self) -> Committed | None:
        """Brings the files to the branch's commit. Returns the way there, None when they show it already."""
        mark, head = self._files.get(), self._repository.head()
        if mark == head or head is None:
            return None
        changes = self._way(mark, head)
        self._show(changes)
        self._files.set(head)
        return Committed(head, mark, tuple(changes), 0)

    def _way(self, mark: str | None, head: str) -> list[TreeChange]:
        try:
            return self._repository.diff(mark, head)
        except NotFound:
            # The commit of the mark was pruned: what differs from HEAD may be the owner's, so it stays.
            log.warning("the commit %s that the working files showed is gone; differing files stay", mark)
            return []

    def refresh_index(self) -> None:
        """Brings git's index to the branch's commit: a stale one would let the owner's own commit
        revert the wiki's.
        """
        mark, head = self._index.get(), self._repository.head()
        if mark != head and head is not None:
            self._repository.update_index(self._way(mark, head))
            self._index.set(head)

    def uncommitted(self) -> list[str]:
        """The tracked paths whose working file or index entry is not what the branch holds."""
        status = self._git.run("status", "--porcelain", "-z", "--untracked-files=no", "--no-renames")
        return sorted(os.fsdecode(line[3:]) for line in status.split(b"\0") if line)

    # One file

    def _at(self, path: str) -> Path:
        return self._repository.path / path

    def _show(self, changes: Iterable[TreeChange]) -> None:
        inside: dict[str, bool] = {}
        # Deletions first: a file may become a folder, or a folder a file.
        for change in sorted(changes, key=lambda change: change.new is not None):
            folder = os.path.dirname(change.path)
            if folder not in inside:
                inside[folder] = self._inside(folder)
            try:
                shown = inside[folder] and self._show_one(change)
            except OSError as error:
                log.warning("cannot write the working file %r: %s", change.path, error)
                continue
            if not shown:
                log.warning("left the owner's working file %r as it is", change.path)

    def _show_one(self, change: TreeChange) -> bool:
        found = self._content(change.path)
        if found == _content_of(change.new):
            return True
        if found != _content_of(change.old):
            return False
        if change.new is None:
            self._delete(change.path)
        elif change.new.mode != SUBMODULE:
            self._write(change.new)
        return True

    def _inside(self, folder: str) -> bool:
        # A symbolic link among the parents would lead a write out of the tree.
        root = os.path.realpath(self._repository.path)
        return os.path.realpath(self._at(folder)) == os.path.join(root, folder).rstrip("/")

    def _content(self, path: str) -> tuple[bool, str] | None:
        at = self._at(path)
        if at.is_symlink():
            return True, blob_id(os.fsencode(os.readlink(at)))
        if not at.is_file():
            return None
        return False, blob_id(at.read_bytes())

    def _delete(self, path: str) -> None:
        self._at(path).unlink(missing_ok=True)
        folder = os.path.dirname(path)
        while folder:
            try:
                self._at(folder).rmdir()
            except OSError:
                return  # not empty: something else lives there
            folder = os.path.dirname(folder)

    def _write(self, entry: Entry) -> None:
        data = self._repository.blob(entry.blob)
        fresh = self._scratch / entry.blob
        if entry.mode == SYMLINK:
            fresh.unlink(missing_ok=True)
            os.symlink(os.fsdecode(data), fresh)
        else:
            mode = 0o777 if entry.mode == EXECUTABLE else 0o666
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
                file.write(data)
        self._at(entry.path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(fresh, self._at(entry.path))


def _content_of(entry: Entry | None) -> tuple[bool, str] | None:
    if entry is None or entry.mode == SUBMODULE:
        return None
    return entry.mode == SYMLINK, entry.blob
