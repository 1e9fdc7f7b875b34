"""What a thread has staged and not yet committed, and a commit's files with it on top.

Otter Wiki renames in two phases: it stages both files and every page with a back-link, then commits them
together, or takes all of it back. Here the staging stays in memory and belongs to one thread: other requests
never see half a rename, and taking it back cannot fail.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from wiki_app.objects import FILE
from wiki_app.repository import Entry, Repository, Snapshot, Write


@dataclass(frozen=True)
class StagedFile:
    """A file as it will be: new content, or a blob that is there already (a file that moves)."""

    mode: int = FILE
    data: bytes | None = None
    blob: str = ""


class Overlay(threading.local):
    """This thread's staged files by path; None stands for a deletion.

    `base` is the snapshot that the first of them was staged on.
    """

    def __init__(self) -> None:
        self.files: dict[str, StagedFile | None] = {}
        self.base: Snapshot | None = None

    def clear(self) -> None:
        """Forgets everything that is staged."""
        self.files = {}
        self.base = None

    def drop(self, paths: Iterable[str]) -> None:
        """Forgets what is staged at the paths and below them."""
        roots = tuple(paths)
        self.files = {path: staged for path, staged in self.files.items() if not _below(path, roots)}
        if not self.files:
            self.base = None


def _below(path: str, roots: Iterable[str]) -> bool:
    return any(not root or path == root or path.startswith(root + "/") for root in roots)


class Tree:
    """A snapshot's files with the staged ones on top. Paths are relative, without links resolved."""

    def __init__(
        self, repository: Repository, snapshot: Snapshot, staged: dict[str, StagedFile | None] | None = None
    ) -> None:
        self.snapshot = snapshot
        self._repository = repository
        self._staged = staged or {}

    def entry(self, path: str) -> Entry | None:
        """The file (or link) at `path`; a staged one without a blob yet has an empty id."""
        if path in self._staged:
            return _entry(path, self._staged[path])
        return self.snapshot.entry(path)

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory with something in it; the root always is."""
        if not self._staged:
            return self.snapshot.is_dir(path)
        return not path or bool(self.files(path))

    def files(self, prefix: str = "") -> list[Entry]:
        """All files below the directory `prefix`, sorted by path."""
        found = self.snapshot.files(prefix)
        if not self._staged:
            return found
        kept = [entry for entry in found if entry.path not in self._staged]
        fresh = [_entry(path, file) for path, file in self._staged.items() if _below(path, (prefix,))]
        return sorted(kept + [entry for entry in fresh if entry is not None], key=lambda entry: entry.path)

    def read(self, path: str) -> bytes:
        """A file's bytes, a link's target. Raises wiki_app.errors.NotFound."""
        staged = self._staged.get(path)
        if staged is None:
            return self.snapshot.read(path)
        return self.content(staged)

    def content(self, staged: StagedFile) -> bytes:
        """The bytes that a staged file will have."""
        return staged.data if staged.data is not None else self._repository.blob(staged.blob)

    def write(self, staged: StagedFile | None) -> Write | None:
        """A staged file as the change of a commit."""
        return None if staged is None else Write(self.content(staged), staged.mode)


def _entry(path: str, staged: StagedFile | None) -> Entry | None:
    return None if staged is None else Entry(path, staged.mode, staged.blob)
