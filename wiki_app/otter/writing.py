"""Changes, as Otter Wiki's storage makes them: each is one commit by compare-and-swap through the store.

Nothing reaches the working files before the commit; what is staged before waits in the thread's overlay.
"""

import os
import posixpath
from collections.abc import Callable

from otterwiki.gitstorage import StorageError, StorageNotFound, StorageUnsafePath

from wiki_app.errors import Conflict
from wiki_app.objects import EXECUTABLE, FILE, SYMLINK, Author
from wiki_app.otter.announce import Listener, announce
from wiki_app.otter.faults import as_storage_errors
from wiki_app.otter.history import History
from wiki_app.otter.overlay import StagedFile, Tree
from wiki_app.repository import Changes, Committed, Snapshot
from wiki_app.store import Store

Person = tuple[str, str]
"""Name and address; both may be empty."""
NOBODY: Person = ("", "")


class Writing(History):
    """Store, rename, delete, revert; and the staging that a rename with back-links needs."""

    def __init__(self, store: Store, *, allow_external_symlinks: bool = False) -> None:
        super().__init__(store, allow_external_symlinks=allow_external_symlinks)
        self._listener = Listener()
        store.on_commit(self._listener)

    def turn_to(self, store: Store) -> None:
        """Goes on with another store."""
        super().turn_to(store)
        store.on_commit(self._listener)

    # Staging

    def update(self, filename: str, content: str | bytes, mode: str = "w") -> bool:
        """Stages a file's new content; False when it has it already. Raises StorageUnsafePath."""
        tree = self._stage_tree()
        path = self._writable(tree, filename)
        data = content.encode() if isinstance(content, str) else content
        entry = tree.entry(path)
        if "a" in mode and entry is not None:
            data = tree.read(path) + data
        if entry is not None and tree.read(path) == data:
            return False
        self._overlay.files[path] = StagedFile(entry.mode if entry else FILE, data)
        return True

    def _writable(self, tree: Tree, filename: str) -> str:
        # The working tree is asked as well: a link that nobody has committed may lie there.
        self._abspath(filename)
        place = self._place(tree, filename)
        if place.outside:
            raise StorageUnsafePath(f"{filename} lies outside the repository: the wiki does not write there.")
        return place.path

    def restore(self, paths: list[str], revision: str = "HEAD") -> None:
        """Takes back what this thread has staged at the paths and below them; with another revision than
        HEAD, stages them as they were there.
        """
        self._validate_revision(revision)
        roots = [path for path in paths if path]
        self._overlay.drop(roots)
        if revision != "HEAD":
            old = self._store.repository.snapshot(self._commit_named(revision))
            self._stage_as_in(Tree(self._store.repository, old), roots)

    def _stage_as_in(self, old: Tree, roots: list[str]) -> None:
        tree = self._stage_tree()
        for root in roots:
            for entry in _at_or_below(tree, root):
                self._overlay.files[entry] = None
            for path in _at_or_below(old, root):
                found = old.entry(path)
                assert found is not None
                self._overlay.files[path] = StagedFile(found.mode, blob=found.blob)

    # Committing

    def store(
        self,
        filename: str,
        content: str | bytes,
        message: str | None = "",
        author: Person = NOBODY,
        mode: str = "w",
    ) -> bool:
        """Writes a file; False when it had this content already. The last of several writers wins, and all
        of them are in the history. Raises StorageUnsafePath, StorageError.
        """
        try:
            if not self.update(filename, content, mode):
                return False
            committed = self._commit_staged(message, author, exact=False)
        finally:
            self._overlay.clear()
        if committed is None:
            return False
        announce([filename])
        return True

    def commit(
        self,
        filenames: str | list[str],
        message: str | None = "",
        author: Person | None = NOBODY,
        no_add: bool = False,  # noqa: FBT002
    ) -> None:
        """Commits the working files named (an upload), or with `no_add` what is staged. Raises StorageError
        when a file that was staged has changed meanwhile.
        """
        names = filenames if isinstance(filenames, list) else [filenames]
        if not no_add:
            self._stage_working_files(names)
        self._commit_staged(message, author, exact=no_add, allow_empty=True)
        self._overlay.clear()
        announce(names)

    def _stage_working_files(self, names: list[str]) -> None:
        tree = self._stage_tree()
        for name in names:
            at = self._abspath(name)
            try:
                staged = _working_file(at)
            except OSError as error:
                raise StorageError(f"Adding {name} failed: {error.strerror}.") from error
            self._overlay.files[self._place(tree, name, last=False).path] = staged

    def _commit_staged(
        self, message: str | None, author: Person | None, *, exact: bool, allow_empty: bool = False
    ) -> Committed | None:
        base, tree = self._overlay.base, self._tree()
        staged = dict(self._overlay.files)

        def edit(snapshot: Snapshot) -> Changes:
            if exact and base is not None and snapshot.tree != base.tree:
                _check_unmoved(base, snapshot, staged)
            return {path: tree.write(file) for path, file in staged.items()}

        return self._commit(edit, message, author, allow_empty=allow_empty)

    def _commit(
        self,
        edit: Callable[[Snapshot], Changes],
        message: str | None,
        author: Person | None,
        *,
        allow_empty: bool = True,
    ) -> Committed | None:
        name, email = author or NOBODY
        self._pin.release()
        with as_storage_errors(), self._listener.own_write():
            return self._store.commit(
                edit, message or "", Author(name or "", email or ""), allow_empty=allow_empty
            )

    def delete(self, filename: str | list[str], message: str | None = None, author: Person = NOBODY) -> None:
        """Deletes files, links and directories. Raises StorageNotFound when none of them is there."""
        asked = filename if isinstance(filename, list) else [filename]
        tree = self._tree()
        names = [name for name in asked if self._doomed(tree, name)]
        if not names:
            raise StorageNotFound(f"Nothing to delete: {', '.join(asked)} not found.")

        def edit(snapshot: Snapshot) -> Changes:
            now = Tree(self._store.repository, snapshot)
            return {path: None for name in names for path in self._doomed(now, name)}

        self._commit(edit, f"Deleted {names}." if message is None else message, author)
        announce(names)

    def _doomed(self, tree: Tree, name: str) -> list[str]:
        try:
            place = self._place(tree, name, last=False)
        except StorageUnsafePath:
            return []
        return [] if place.outside or not place.path else _at_or_below(tree, place.path)

    def rename(
        self,
        old_filename: str,
        new_filename: str,
        message: str | None = None,
        author: Person | None = None,
        no_commit: bool = False,  # noqa: FBT002
        files_updated: list[str] | None = None,
        preserve_symlink_target: bool = False,  # noqa: FBT002
    ) -> None:
        """Moves a file or a directory; with `no_commit` only stages it. Raises StorageError.

        With `preserve_symlink_target` a relative link that moves to another directory still leads to
        the same file.
        """
        tree = self._stage_tree()
        self._writable(tree, new_filename)
        if self.exists(new_filename):
            raise StorageError(f'The filename "{new_filename}" already exist. Please choose a new filename.')
        old = self._place(tree, old_filename, last=False).path
        new = self._place(tree, new_filename, last=False).path
        moving = _at_or_below(tree, old) if old else []
        if not moving or new.startswith(old + "/"):
            raise StorageError(f"Renaming {old_filename} to {new_filename} failed.")
        for path in moving:
            target = new + path[len(old) :]
            self._overlay.files[target] = _moved(tree, path, target, follow=preserve_symlink_target)
            self._overlay.files[path] = None
        if not no_commit:
            text = message if message is not None else f"{old_filename} renamed to {new_filename}."
            try:
                self.commit([*(files_updated or []), new_filename], text, author, no_add=True)
            finally:
                self._overlay.clear()

    def revert(self, revision: str, message: str = "", author: Person = NOBODY) -> None:
        """Takes a commit's changes out of HEAD. Raises StorageError where later ones stand in the way."""
        reverted = self._commit_named(revision)

        def edit(snapshot: Snapshot) -> Changes:
            assert snapshot.commit is not None
            return self._store.repository.without(reverted, snapshot.commit)

        committed = self._commit(edit, message, author)
        announce([change.path for change in committed.changes] if committed else [])

    def notify_repository_changed_from_external(self) -> None:
        """Brings files, index and catalog to a branch that a push, a pull or a reset has moved."""
        self._pin.release()
        with as_storage_errors():
            self._store.changed_outside()


def _at_or_below(tree: Tree, path: str) -> list[str]:
    return [path] if tree.entry(path) else [entry.path for entry in tree.files(path)]


def _moved(tree: Tree, path: str, target: str, *, follow: bool) -> StagedFile:
    entry = tree.entry(path)
    assert entry is not None
    data = tree.read(path)
    if follow and entry.mode == SYMLINK and not data.startswith(b"/"):
        leads_to = posixpath.join(posixpath.dirname(path), os.fsdecode(data))
        data = os.fsencode(posixpath.relpath(leads_to, posixpath.dirname(target) or "."))
    return StagedFile(entry.mode, data)


def _working_file(at: str) -> StagedFile:
    if os.path.islink(at):
        return StagedFile(SYMLINK, os.fsencode(os.readlink(at)))
    with open(at, "rb") as file:
        data = file.read()
        return StagedFile(EXECUTABLE if os.fstat(file.fileno()).st_mode & 0o100 else FILE, data)


def _check_unmoved(base: Snapshot, now: Snapshot, staged: dict[str, StagedFile | None]) -> None:
    for path in staged:
        if now.entry(path) != base.entry(path):
            raise Conflict(f"{path} was changed by somebody else meanwhile; try again.", path=path)
