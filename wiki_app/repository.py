"""The git repository through libgit2: snapshots to read from, commits by compare-and-swap.

This is the only module that knows pygit2. A libgit2 handle serves one thread at a time (libgit2's
THREADING.md), so each thread opens its own; what is shared between threads is plain data.
"""

import random
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pygit2
from pygit2.enums import ConfigLevel, FileMode, ObjectType

from wiki_app.errors import Conflict, InvalidInput, NotFound, Unavailable
from wiki_app.objects import (
    DIRECTORY,
    Author,
    CommitInfo,
    Entry,
    Node,
    Tree,
    format_commit,
    format_tree,
    parse_commit,
    parse_tree,
    sort_tree,
)
from wiki_app.snapshot import Snapshot
from wiki_app.trees import Changes, TreeChange, TreeEditor, Write, differences

__all__ = [
    "Author",
    "Changes",
    "CommitInfo",
    "Committed",
    "Entry",
    "Repository",
    "Snapshot",
    "TreeChange",
    "Write",
]

LOCKED_FOR = 15.0
"""Seconds after which a reference that stays locked is reported instead of waited for."""
PUT_ATTEMPTS = 4
"""Times that an object is written again before the error is handed on."""
NEAR = 64
"""Commits that are walked back before the general ancestor test is asked."""
MEMO_ENTRIES = 600_000
"""Names of directories kept in memory, about 150 bytes each."""

Edit = Callable[[Snapshot], Changes | None]


def _configure_libgit2() -> None:
    # libgit2 checks owners itself and ignores GIT_CONFIG_*: a store on EFS belongs
    # to another uid (DECISIONS 20).
    pygit2.settings.owner_validation = False
    for level in (ConfigLevel.SYSTEM, ConfigLevel.XDG, ConfigLevel.GLOBAL, ConfigLevel.PROGRAMDATA):
        pygit2.settings.search_path[level] = ""
    pygit2.settings.enable_fsync_gitdir(True)


_configure_libgit2()


@dataclass(frozen=True)
class Committed:
    """A commit that stands on the branch. `retries` counts the races lost before."""

    revision: str
    parent: str | None
    changes: tuple[TreeChange, ...]
    retries: int


class Repository:
    """A repository with working files. All methods may be called from any thread."""

    def __init__(self, path: Path, git_dir: Path) -> None:
        self.path = path
        self.git_dir = git_dir
        self._local = threading.local()
        self._handles: weakref.WeakSet[pygit2.Repository] = weakref.WeakSet()
        self._trees: dict[str, dict[str, Node]] = {}
        self._lists: dict[tuple[str, str], list[Entry]] = {}
        self._remembered = 0
        self._editor = TreeEditor(self.tree, self._write_tree, self._write_blob)

    @classmethod
    def open(cls, path: Path) -> "Repository":
        """Opens what is there. Raises InvalidInput when it is no repository, or one without working files."""
        try:
            handle = pygit2.Repository(str(path))
        except (pygit2.GitError, KeyError) as error:
            raise InvalidInput(f"{path} is not a git repository that can be opened: {error}.") from error
        if handle.workdir is None:
            raise InvalidInput(f"{path} is a bare git repository: `wikibot import` makes a wiki of it.")
        return cls(Path(handle.workdir), Path(handle.path))

    @classmethod
    def init(cls, path: Path, branch: str = "main") -> "Repository":
        """Makes an empty repository, or opens the one that is there.

        It is made aside and put in place by a rename: of several processes that start together on a new
        folder one makes it, and no other opens a half of it.
        """
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".repository-", dir=path.parent) as aside:
            pygit2.init_repository(aside, initial_head=branch)
            try:
                (Path(aside) / ".git").rename(path / ".git")
            except OSError:
                if not (path / ".git").exists():
                    raise
        return cls.open(path)

    def close(self) -> None:
        """Frees the handles of all threads."""
        for handle in list(self._handles):
            handle.free()
        self._local = threading.local()

    @property
    def _handle(self) -> pygit2.Repository:
        handle: pygit2.Repository | None = getattr(self._local, "handle", None)
        if handle is None:
            handle = pygit2.Repository(str(self.path))
            handle.set_ident("wikibot", "wikibot@localhost")
            self._local.handle = handle
            self._handles.add(handle)
        return handle

    # Reading

    @property
    def branch(self) -> str:
        """The full name of the reference that HEAD stands for; HEAD itself when it is detached."""
        target = self._handle.lookup_reference("HEAD").target
        return target if isinstance(target, str) else "HEAD"

    def head(self) -> str | None:
        """The branch's commit now, None before the first one."""
        return self._target(self.branch)

    def _target(self, name: str) -> str | None:
        try:
            return str(self._handle.lookup_reference(name).resolve().target)
        except KeyError:
            return None

    def snapshot(self, commit: str | None = None) -> Snapshot:
        """The files of `commit`, of HEAD when None. Raises NotFound for an unknown commit."""
        commit = commit or self.head()
        return Snapshot(self, commit, self.info(commit).tree if commit else None)

    def _object(self, oid: str, kind: ObjectType) -> bytes:
        try:
            found, data = self._handle.read(oid)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise NotFound(f"There is no git object {oid!r}.", revision=oid) from error
        if found != kind:
            raise NotFound(f"The git object {oid!r} is no {kind.name.lower()}.", revision=oid)
        return bytes(data)

    def tree(self, oid: str) -> Tree:
        """One directory's names. The mapping is shared: do not change it."""
        tree = self._trees.get(oid)
        if tree is None:
            tree = parse_tree(self._object(oid, ObjectType.TREE))
            self._remember(len(tree))
            self._trees[oid] = tree
        return tree

    def files(self, tree: str, prefix: str) -> list[Entry]:
        """All files of a tree, their paths behind `prefix`. The list is shared: do not change it."""
        found = self._lists.get((tree, prefix))
        if found is None:
            found = []
            for name, node in self.tree(tree).items():
                if node.mode == DIRECTORY:
                    found.extend(self.files(node.oid, f"{prefix}{name}/"))
                else:
                    found.append(Entry(prefix + name, *node))
            self._remember(len(found))
            self._lists[tree, prefix] = found
        return found

    def _remember(self, entries: int) -> None:
        # Dropping everything is crude and cheap: a large wiki fills it after hundreds of commits.
        self._remembered += entries
        if self._remembered > MEMO_ENTRIES:
            self._trees, self._lists, self._remembered = {}, {}, entries

    def blob(self, oid: str) -> bytes:
        """A blob's bytes. Raises NotFound."""
        return self._object(oid, ObjectType.BLOB)

    def blob_size(self, oid: str) -> int:
        """A blob's size in bytes. Raises NotFound."""
        return len(self.blob(oid))

    def info(self, commit: str) -> CommitInfo:
        """A commit's header and message. Raises NotFound."""
        return parse_commit(commit, self._object(commit, ObjectType.COMMIT))

    def resolve(self, prefix: str, minimum: int = 4) -> str | None:
        """The commit that a hex prefix names; None when it names none, or objects of several kinds."""
        if not minimum <= len(prefix) <= 40 or not all(char in "0123456789abcdef" for char in prefix.lower()):
            return None
        try:
            oid = str(self._handle.expand_id(prefix.lower()))
            self.info(oid)
        except (KeyError, ValueError, pygit2.GitError, NotFound):
            return None
        return oid

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether `new` holds all of the history of `old` (also when they are the same)."""
        walked = new
        for _ in range(NEAR):
            if walked == old:
                return True
            parents = self.info(walked).parents
            if len(parents) != 1:
                break
            walked = parents[0]
        try:
            return bool(self._handle.descendant_of(new, old))
        except (KeyError, ValueError, pygit2.GitError):
            return False

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits."""
        found: pygit2.Oid | None = self._handle.merge_base(one, other)
        return None if found is None else str(found)

    def diff(self, old: str | None, new: str | None) -> list[TreeChange]:
        """The paths that differ between two commits (None: no files), sorted, without rename detection."""
        before, after = (self.info(commit).tree if commit else None for commit in (old, new))
        return list(differences(self.tree, before, after))

    # Writing

    def _put(self, kind: ObjectType, data: bytes) -> str:
        # git's housekeeping removes emptied object folders, also the one that libgit2 has just made.
        for _ in range(PUT_ATTEMPTS):
            with suppress(OSError, pygit2.GitError):
                return str(self._handle.write(kind, data))
        return str(self._handle.write(kind, data))

    def _write_blob(self, data: bytes) -> str:
        return self._put(ObjectType.BLOB, data)

    def _write_tree(self, tree: Tree) -> str:
        ordered = sort_tree(tree)
        oid = self._put(ObjectType.TREE, format_tree(ordered))
        self._trees.setdefault(oid, ordered)
        return oid

    def without(self, commit: str, onto: str) -> Changes:
        """What takes the changes of `commit` out of `onto` again, renames followed, as `git revert` does.

        Raises Conflict where later changes stand in the way, InvalidInput for a merge, NotFound.
        """
        self.info(commit)
        try:
            undone, ours = (self._handle[revision].peel(pygit2.Commit) for revision in (commit, onto))
            index = self._handle.revert_commit(undone, ours)
        except pygit2.GitError as error:
            raise InvalidInput(f"{commit} cannot be reverted: {error}.", revision=commit) from error
        if index.conflicts is not None:
            raise Conflict(f"Later changes stand in the way of reverting {commit}.", revision=commit)
        changes = differences(self.tree, self.info(onto).tree, str(index.write_tree(self._handle)))
        return {
            change.path: Write(self.blob(change.new.blob), change.new.mode) if change.new else None
            for change in changes
        }

    def update_index(self, changes: Iterable[TreeChange]) -> None:
        """Brings git's index along; entries that are not what they were before the changes stay (the
        owner staged them). Raises Unavailable while another program holds the index.
        """
        try:
            index = self._handle.index
            # Unless a write has failed half-way, libgit2 sees by the file's own checksum whether it must be
            # read: 50,000 entries take 80 ms.
            index.read(force=not getattr(self._local, "index_is_read", False))
            self._local.index_is_read = False
            for change in changes:
                if _staged(index, change.path) == (change.old.blob if change.old else None):
                    _stage(index, change)
            index.write()
            self._local.index_is_read = True
        except (pygit2.GitError, OSError) as error:
            raise Unavailable(f"git's index cannot be written now: {error}.") from error

    def commit(
        self,
        edit: Edit,
        message: str,
        author: Author,
        *,
        committer: Author | None = None,
        allow_empty: bool = False,
        when: datetime | None = None,
    ) -> Committed | None:
        """Puts the changes that `edit` returns on the branch; None when they change nothing.

        The move of the reference is the commit point. When somebody else moved it first, `edit` is called
        again with the new snapshot: it has to check what it relies on there, and may raise.
        Raises PathClash, InvalidInput (paths), Unavailable (the reference stays locked).
        """
        when = when or datetime.now(UTC)
        deadline = time.monotonic() + LOCKED_FOR
        retries = 0
        while True:
            base = self.snapshot()
            tree = self._changed_tree(base, edit(base))
            if tree == base.tree and not allow_empty:
                return None
            data = format_commit(tree, _parents(base), author, committer or author, when, message)
            revision = self._put(ObjectType.COMMIT, data)
            if self._move(base.commit, revision, deadline):
                changes = tuple(differences(self.tree, base.tree, tree))
                return Committed(revision, base.commit, changes, retries)
            retries += 1

    def _changed_tree(self, base: Snapshot, changes: Changes | None) -> str:
        tree = self._editor.apply(base.tree, changes) if changes else base.tree
        return tree or self._write_tree({})

    def _move(self, expected: str | None, revision: str, deadline: float) -> bool:
        """Moves the branch from `expected`; False when it stands elsewhere by now.

        The errors of libgit2 name the cause only in their texts, so the state decides (STORE.md section 3).
        """
        branch = self.branch
        pause = 0.001
        while True:
            try:
                return self._swap(branch, expected, revision)
            except (pygit2.GitError, OSError, ValueError) as error:
                now = self._target(branch)
                if now != expected:
                    return now == revision
                if time.monotonic() > deadline:
                    raise Unavailable(f"{branch} stays locked by another program; try again soon.") from error
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 0.1)

    def _swap(self, branch: str, expected: str | None, revision: str) -> bool:
        if expected is None:
            self._handle.create_reference_direct(branch, revision, False, message="wikibot: first commit")
            return True
        reference = self._handle.lookup_reference(branch)
        if str(reference.target) != expected:
            return False
        reference.set_target(revision, "wikibot: commit")
        return True


def _parents(base: Snapshot) -> tuple[str, ...]:
    return (base.commit,) if base.commit else ()


def _staged(index: pygit2.Index, path: str) -> str | None:
    return str(index[path].id) if path in index else None


def _stage(index: pygit2.Index, change: TreeChange) -> None:
    if change.new is None:
        if change.old is not None:
            index.remove(change.path)
        return
    with suppress(pygit2.GitError, OSError):
        index.add(change.path)  # from the working file: git then need not read it again
    if _staged(index, change.path) != change.new.blob:
        mode = FileMode(change.new.mode)
        index.add(pygit2.IndexEntry(change.path, pygit2.Oid(hex=change.new.blob), mode))
