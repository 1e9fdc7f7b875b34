"""Symbolic links to directories: the sidebar lists them. Few wikis have any, so this is quick to say no."""

from otterwiki.gitstorage import StorageError

from wiki_app.objects import DIRECTORY, SYMLINK
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import Snapshot

KEPT = 20_000
"""Directories remembered, by their ids."""


class DirectoryLinks:
    """Finds them in a snapshot; a directory that has not changed is not looked at again."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage
        self._known: dict[str, tuple[str, ...]] = {}

    def below(self, snapshot: Snapshot, folder: str) -> dict[str, str]:
        """The links below `folder` with the directories that they lead to; without those that a page of
        the same name hides.
        """
        prefix = folder + "/" if folder else ""
        targets = {link: self._target(link) for link in self._links(snapshot) if link.startswith(prefix)}
        return {link: target for link, target in targets.items() if target is not None}

    def is_behind_link(self, snapshot: Snapshot, folder: str) -> bool:
        """Whether a link stands on the way to `folder`."""
        if not folder or not self._links(snapshot):
            return False
        try:
            return self._storage.canonical_filename(folder) != folder
        except StorageError:
            return True

    def _links(self, snapshot: Snapshot) -> tuple[str, ...]:
        if len(self._known) > KEPT:
            self._known = {}
        return self._in_tree(snapshot.tree) if snapshot.tree else ()

    def _in_tree(self, tree: str) -> tuple[str, ...]:
        known = self._known.get(tree)
        if known is None:
            known = tuple(self._look(tree))
            self._known[tree] = known
        return known

    def _look(self, tree: str) -> list[str]:
        found: list[str] = []
        for name, node in self._storage.store_below.repository.tree(tree).items():
            if node.mode == SYMLINK:
                found.append(name)
            elif node.mode == DIRECTORY:
                found += [f"{name}/{link}" for link in self._in_tree(node.oid)]
        return found

    def _target(self, link: str) -> str | None:
        storage = self._storage
        try:
            target = storage.canonical_filename(link)
        except StorageError:
            return None
        hidden = target == link or not storage.isdir(target) or storage.exists(link + ".md")
        return None if hidden else str(target)
