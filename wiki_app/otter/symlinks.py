"""Symbolic links, followed inside a commit's files: a link is a file of mode 120000 that holds its target.

The rules are those of Otter Wiki's GitStorage._abspath: nothing in `.git`, ever; nothing outside of the
repository unless that is allowed.
"""

import os
from dataclasses import dataclass

from otterwiki.gitstorage import StorageUnsafePath

from wiki_app.objects import SYMLINK
from wiki_app.otter.overlay import Tree

MOST_LINKS = 40
"""Links followed on one way, as in the kernel (path_resolution(7)); a longer way is a loop."""


@dataclass(frozen=True)
class Place:
    """Where a path leads: a path inside the repository, or an absolute one on the disk."""

    path: str
    outside: bool = False


class Links:
    """Resolves paths below the directory `root`; `allow_outside` lets links leave it."""

    def __init__(self, root: str, *, allow_outside: bool) -> None:
        self._root = os.path.realpath(root)
        self._allow_outside = allow_outside

    def resolve(self, tree: Tree, path: str, *, last: bool = True) -> Place:
        """Follows the links among the parents and, with `last`, a link at the end as well.

        A link that leads nowhere, or in a circle, stands for itself. Raises StorageUnsafePath.
        """
        entry = tree.entry(path)
        if entry is not None and (entry.mode != SYMLINK or not last):
            return Place(path)
        todo, followed = path.split("/")[::-1], 0
        done: list[str] = []
        if path.startswith("/"):
            todo = self._beneath(path)
        while todo:
            part = todo.pop()
            if part == ".." and not done:
                return self._outside(path, os.path.join(self._root, "..", *todo[::-1]))
            if part == "..":
                done.pop()
            elif part not in ("", "."):
                done.append(part)
                target = self._target(tree, done) if last or any(todo) else None
                if target is not None and followed < MOST_LINKS:
                    followed += 1
                    done.pop()
                    if target.startswith("/"):
                        done, target = [], "/".join(self._beneath(target)[::-1])
                    todo.extend(target.split("/")[::-1])
        return self._inside(path, "/".join(done))

    @staticmethod
    def _target(tree: Tree, parts: list[str]) -> str | None:
        entry = tree.entry("/".join(parts))
        if entry is None or entry.mode != SYMLINK:
            return None
        return os.fsdecode(tree.read(entry.path)) or None

    def _beneath(self, path: str) -> list[str]:
        # The parts of an absolute path as seen from the root, last first; ".." leads out again.
        return os.path.relpath(os.path.normpath(path), self._root).split("/")[::-1]

    @staticmethod
    def _inside(asked: str, path: str) -> Place:
        if path.split("/", 1)[0].lower() == ".git":
            raise _unsafe(asked)
        return Place(path)

    def _outside(self, asked: str, path: str) -> Place:
        real = os.path.realpath(path)
        if os.path.commonpath([self._root, real]) == self._root:
            return self._inside(asked, os.path.relpath(real, self._root).removeprefix("."))
        if not self._allow_outside:
            raise _unsafe(asked)
        return Place(real, outside=True)


def _unsafe(path: str) -> StorageUnsafePath:
    return StorageUnsafePath(f"{path} resolves to a path outside the repository.")
