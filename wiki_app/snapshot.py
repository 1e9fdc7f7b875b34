"""The files of one commit, as they will always be."""

from typing import Protocol

from wiki_app.errors import NotFound
from wiki_app.objects import DIRECTORY, SUBMODULE, Entry, Node, Tree


class Objects(Protocol):
    """Where trees and blobs are read from."""

    def tree(self, oid: str) -> Tree: ...
    def files(self, tree: str, prefix: str) -> list[Entry]: ...
    def blob(self, oid: str) -> bytes: ...
    def blob_size(self, oid: str) -> int: ...


class Snapshot:
    """One commit's files, unchanging. `commit` is None for a repository without commits."""

    def __init__(self, objects: Objects, commit: str | None, tree: str | None) -> None:
        self._objects = objects
        self.commit = commit
        self.tree = tree

    def _node(self, path: str) -> Node | None:
        if self.tree is None:
            return None
        node = Node(DIRECTORY, self.tree)
        for part in path.split("/") if path else ():
            if node.mode != DIRECTORY:
                return None
            inner = self._objects.tree(node.oid).get(part)
            if inner is None:
                return None
            node = inner
        return node

    def entry(self, path: str) -> Entry | None:
        """The file at `path`, None when there is none or a directory."""
        node = self._node(path)
        return None if node is None or node.mode == DIRECTORY else Entry(path, *node)

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory with something in it; the root always is."""
        node = self._node(path)
        return not path or (node is not None and node.mode == DIRECTORY)

    def children(self, path: str = "") -> list[tuple[str, int, str]] | None:
        """(name, mode, id) of one directory in git's order; None when there is no such directory."""
        node = self._node(path)
        if node is None or node.mode != DIRECTORY:
            return None
        return [(name, *child) for name, child in self._objects.tree(node.oid).items()]

    def files(self, prefix: str = "") -> list[Entry]:
        """All files below the directory `prefix`, sorted by path. The list is shared: do not change it."""
        node = self._node(prefix)
        if node is None or node.mode != DIRECTORY:
            return []
        return self._objects.files(node.oid, prefix + "/" if prefix else "")

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises NotFound."""
        return self._objects.blob(self._existing(path))

    def size(self, path: str) -> int:
        """A file's size in bytes. Raises NotFound."""
        return self._objects.blob_size(self._existing(path))

    def _existing(self, path: str) -> str:
        entry = self.entry(path)
        if entry is None or entry.mode == SUBMODULE:
            raise NotFound(f"There is no file {path!r}.", path=path)
        return entry.blob
