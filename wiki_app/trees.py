"""Edits and comparisons of whole trees, over the few operations of an object store."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from wiki_app.errors import InvalidInput, PathClash
from wiki_app.objects import DIRECTORY, FILE, Entry, Node, Tree

ReadTree = Callable[[str], Tree]
WriteTree = Callable[[Tree], str]
WriteBlob = Callable[[bytes], str]


@dataclass(frozen=True)
class Write:
    """New content of a file. A symbolic link's content is its target."""

    data: bytes
    mode: int = FILE


@dataclass(frozen=True)
class TreeChange:
    """What became of one path; `old` is None for a new file, `new` for a deleted one."""

    path: str
    old: Entry | None
    new: Entry | None


Changes = Mapping[str, Write | None]
_Edits = dict[str, "Write | None | _Edits"]


def check_path(path: str) -> None:
    """The last line of defence: no path may leave the tree or name git's own folder.

    Raises InvalidInput.
    """
    parts = path.split("/")
    if "\0" in path or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise InvalidInput(
            f"{path!r} is no path of this wiki: use names separated by single slashes.", path=path
        )


def _nest(changes: Changes) -> _Edits:
    root: _Edits = {}
    for path, write in changes.items():
        check_path(path)
        *folders, name = path.split("/")
        here = root
        for folder in folders:
            inner = here.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise PathClash(f"{path!r} needs a folder where a file is written.", path=path)
            here = inner
        if isinstance(here.get(name), dict):
            raise PathClash(f"{path!r} is a folder, it cannot be a file as well.", path=path)
        here[name] = write
    return root


class TreeEditor:
    """Applies changes below a tree; unchanged folders are not touched."""

    def __init__(self, read: ReadTree, write: WriteTree, blob: WriteBlob) -> None:
        self._read = read
        self._write = write
        self._blob = blob

    def apply(self, tree: str | None, changes: Changes) -> str | None:
        """The id of the changed tree, None when nothing is left in it.

        Raises PathClash when a file would have to be a folder or the other way round.
        """
        try:
            return self._folder(tree, _nest(changes), "")
        except PathClash:
            # A folder that gives way to a file (or a file to a folder) in the same commit needs two steps.
            deletions: Changes = {path: None for path, write in changes.items() if write is None}
            writes = {path: write for path, write in changes.items() if write is not None}
            return self._folder(self._folder(tree, _nest(deletions), ""), _nest(writes), "")

    def _folder(self, tree: str | None, edits: _Edits, prefix: str) -> str | None:
        nodes = dict(self._read(tree)) if tree else {}
        for name, edit in edits.items():
            self._one(nodes, name, edit, prefix + name)
        return self._write(nodes) if nodes else None

    def _one(self, nodes: dict[str, Node], name: str, edit: "Write | None | _Edits", path: str) -> None:
        old = nodes.get(name)
        if edit is None:
            if old is not None and old.mode != DIRECTORY:
                del nodes[name]
        elif isinstance(edit, Write):
            if old is not None and old.mode == DIRECTORY:
                raise PathClash(f"{path!r} is a folder, it cannot be a file as well.", path=path)
            nodes[name] = Node(edit.mode, self._blob(edit.data))
        else:
            self._subfolder(nodes, name, edit, path)

    def _subfolder(self, nodes: dict[str, Node], name: str, edits: _Edits, path: str) -> None:
        old = nodes.get(name)
        if old is not None and old.mode != DIRECTORY:
            if all(edit is None for edit in edits.values()):
                return
            raise PathClash(f"{path!r} is a file, nothing can be put below it.", path=path)
        inner = self._folder(old.oid if old else None, edits, path + "/")
        if inner is not None:
            nodes[name] = Node(DIRECTORY, inner)
        elif old is not None:
            del nodes[name]


def differences(read: ReadTree, old: str | None, new: str | None, prefix: str = "") -> Iterator[TreeChange]:
    """What differs between two trees, path by path; folders with the same id are not entered."""
    if old == new:
        return
    before = read(old) if old else {}
    after = read(new) if new else {}
    for name in sorted({name for name, _ in before.items() ^ after.items()}):
        yield from _difference(read, before.get(name), after.get(name), prefix + name)


def _difference(read: ReadTree, old: Node | None, new: Node | None, path: str) -> Iterator[TreeChange]:
    old_file = Entry(path, *old) if old and old.mode != DIRECTORY else None
    new_file = Entry(path, *new) if new and new.mode != DIRECTORY else None
    if old_file or new_file:
        yield TreeChange(path, old_file, new_file)
    old_folder = old.oid if old and old.mode == DIRECTORY else None
    new_folder = new.oid if new and new.mode == DIRECTORY else None
    yield from differences(read, old_folder, new_folder, path + "/")
