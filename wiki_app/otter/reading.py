"""Files of HEAD, as Otter Wiki's storage reads them."""

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal, overload

from otterwiki.gitstorage import StorageErrorEncoding, StorageNotFound, StorageUnsafePath

from wiki_app.objects import SYMLINK
from wiki_app.otter.base import StorageBase, not_found
from wiki_app.otter.faults import as_storage_errors
from wiki_app.otter.overlay import Tree
from wiki_app.repository import Entry

Mode = Literal["r", "rb"]
Names = list[str]


class Reading(StorageBase):
    """Whether a file is there, what is in it, which others there are."""

    def exists(self, filename: str) -> bool:
        """Whether a file or directory is there; a link that leads nowhere or outside is not."""
        try:
            tree = self._tree()
            place = self._place(tree, filename)
        except StorageUnsafePath:
            return False
        if place.outside:
            return os.path.exists(place.path)
        entry = tree.entry(place.path)
        return tree.is_dir(place.path) if entry is None else entry.mode != SYMLINK

    def islink(self, filename: str) -> bool:
        """Whether the last part of the path is a link, and a safe one."""
        try:
            tree = self._tree()
            self._place(tree, filename)
            place = self._place(tree, filename, last=False)
        except StorageUnsafePath:
            return False
        entry = tree.entry(place.path)
        return os.path.islink(place.path) if place.outside else entry is not None and entry.mode == SYMLINK

    def isdir(self, dirname: str) -> bool:
        """Whether a directory is there."""
        try:
            tree = self._tree()
            place = self._place(tree, dirname)
        except StorageUnsafePath:
            return False
        return os.path.isdir(place.path) if place.outside else tree.is_dir(place.path)

    def isemptydir(self, dirname: str) -> bool:
        """Whether a directory has nothing in it; git keeps no such directory, but for an empty root.

        Raises FileNotFoundError when there is none.
        """
        if not self.isdir(dirname):
            raise FileNotFoundError(dirname)
        return not any(self.list(dirname, depth=0))

    def mtime(self, filename: str) -> datetime:
        """When the file was last changed, in local time. Raises FileNotFoundError."""
        self._existing(filename)
        with self.catalog_view() as view:
            change = view.last_change(self.canonical_filename(filename))
        if change is None:
            raise FileNotFoundError(filename)
        return change.commit.committed.astimezone().replace(tzinfo=None)

    def size(self, filename: str) -> int:
        """The size in bytes. Raises FileNotFoundError."""
        found = self._existing(filename)
        if isinstance(found, str):
            return os.path.getsize(found)
        return len(found[0].read(found[1].path))

    def _existing(self, filename: str) -> tuple[Tree, Entry] | str:
        tree = self._tree()
        place = self._place(tree, filename)
        if place.outside:
            return place.path
        entry = tree.entry(place.path)
        if entry is None or entry.mode == SYMLINK:
            raise FileNotFoundError(filename)
        return tree, entry

    @overload
    def load(
        self, filename: str, mode: Literal["rb"], revision: str | None = None, size: int = -1
    ) -> bytes: ...

    @overload
    def load(
        self, filename: str, mode: Literal["r"] = "r", revision: str | None = None, size: int = -1
    ) -> str: ...

    def load(
        self, filename: str, mode: Mode = "r", revision: str | None = None, size: int = -1
    ) -> str | bytes:
        """A file's content; with `mode` "r" as text, of which `size` counts the characters.

        With a revision: as it was there, its lines unchanged but for one newline less at the end.
        Raises StorageNotFound, StorageErrorEncoding.
        """
        self._check_reload()
        if revision is not None:
            return self._load_old(filename, mode, revision)
        try:
            found = self._existing(filename)
            if isinstance(found, str):
                with open(found, "rb") as file:
                    data = file.read()
            else:
                data = found[0].read(found[1].path)
        except OSError as error:
            raise not_found(filename) from error
        if mode == "rb":
            return data[:size] if size >= 0 else data
        with decoding(filename):
            return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read(size)

    def _load_old(self, filename: str, mode: Mode, revision: str) -> str | bytes:
        commit = self._commit_named(revision, filename)
        with as_storage_errors():
            data = self._store.repository.snapshot(commit).read(filename)
        if mode == "rb":
            return data
        with decoding(filename):
            return data.decode("utf-8").removesuffix("\n")

    def _commit_named(self, revision: str, path: str | None = None) -> str:
        """A commit by HEAD or hex digits; of several that begin so, one that touched the path.

        Raises StorageNotFound.
        """
        self._validate_revision(revision)
        with self.catalog_view() as view:
            if revision == "HEAD":
                commit = view.commit
            else:
                prefix = revision.lower()
                commit = (path and view.resolve(prefix, path)) or view.resolve(prefix)
        # A commit that no branch holds any more (after a reset) is still there for a while.
        commit = commit or self._store.repository.resolve(revision)
        if commit is None:
            raise StorageNotFound(f"No commit found for {revision!r}.")
        return commit

    def _listed(
        self, tree: Tree, root: str, depth: int | None, excluded: frozenset[str]
    ) -> tuple[Names, Names]:
        cut = len(root) + 1 if root else 0
        files: Names = []
        folders: set[str] = set()
        for entry in tree.files(root):
            path = entry.path[cut:]
            if excluded and not excluded.isdisjoint(path.split("/")[:-1]):
                continue
            if entry.mode == SYMLINK and self._leads_to_directory(tree, entry.path):
                folders.add(path)
            else:
                files.append(path)
            parent = path.rpartition("/")[0]
            while parent and parent not in folders:
                folders.add(parent)
                parent = parent.rpartition("/")[0]
        if depth is not None:
            files = [path for path in files if path.count("/") <= depth]
            folders = {path for path in folders if path.count("/") <= depth}
        return sorted(files), sorted(folders - excluded)

    def _leads_to_directory(self, tree: Tree, path: str) -> bool:
        try:
            place = self._place(tree, path)
        except StorageUnsafePath:
            return False
        return os.path.isdir(place.path) if place.outside else tree.is_dir(place.path)

    def list(
        self, p: str | None = None, depth: int | None = None, exclude: Sequence[str] = ()
    ) -> tuple[Names, Names]:
        """(files, directories) below the directory `p`, relative to it, sorted; at most `depth` levels
        further down. Directories named in `exclude` are left out. Links are listed, not entered.
        """
        if p is not None and os.path.isabs(p):
            raise ValueError("p must not be an absolute path")
        tree = self._tree()
        try:
            place = self._place(tree, os.path.normpath(p) if p else "")
        except StorageUnsafePath:
            return [], []
        if place.outside:
            return super().list(p, depth, [*exclude])  # type: ignore[no-any-return]
        return self._listed(tree, place.path, depth, frozenset(exclude))


@contextmanager
def decoding(filename: str) -> Iterator[None]:
    """Makes StorageErrorEncoding of text that is no UTF-8."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise StorageErrorEncoding(f"{filename} could not be decoded as text.") from error
