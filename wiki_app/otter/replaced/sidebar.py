"""The sidebar's page tree from the catalog: Otter Wiki reads the head of every page below the folder for it,
at every view. Ours is made anew only when pages come, go, or change their first heading.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from otterwiki.gitstorage import StorageError
from otterwiki.plugins import plugin_manager
from otterwiki.server import app
from otterwiki.sidebar import SidebarPageIndex, SidebarPageIndexEntry

from wiki_app.catalog import CatalogView
from wiki_app.objects import SYMLINK
from wiki_app.otter.replaced.headings import Headings
from wiki_app.otter.replaced.menutree import Entries, MenuTree
from wiki_app.otter.replaced.names import full_name, short_title
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import Entry, Snapshot

TREES = 48
"""Trees kept, one a folder and setting; one of 4,600 pages takes about 3 MB."""
HOOKS = ("sidebar_page_index_filter_entries", "sidebar_page_index_sort_entries")

_load = SidebarPageIndex.load
_filter_order_tree = SidebarPageIndex.filter_order_tree


@dataclass(frozen=True)
class FolderTree:
    """What lies below one folder: names with headings, the tree, and its filtered and sorted forms."""

    names: tuple[tuple[str, str | None], ...]
    tree: Entries
    ordered: dict[Hashable, MenuTree] = field(default_factory=dict)


class Sidebar:
    """Replaces SidebarPageIndex.load and .filter_order_tree."""

    def __init__(self, storage: WikiStorage, headings: Headings) -> None:
        self._storage = storage
        self._lock = threading.Lock()
        self._trees: OrderedDict[Hashable, FolderTree] = OrderedDict()
        self._headings = headings
        self._links: tuple[str | None, tuple[Entry, ...]] = (None, ())

    def load(self, index: Any, path: str) -> None:
        """Fills a SidebarPageIndex with what is below the folder `path`."""
        folder = path.strip("/")
        with self._storage.catalog_view() as view:
            if self._all_links(view.snapshot) and self._is_behind_link(folder):
                _load(index, path)
                return
            links = dict(self._directory_links(view.snapshot, folder))
            deepest = index.path_depth + index.max_depth if index.max_depth else None
            settings = app.config["RETAIN_PAGE_NAME_CASE"], app.config["TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES"]
            below = view.headings_signature(folder)
            key = below, folder, deepest, settings, tuple(links.items()), self._storage.path
            found = self._remembered(key)
            if found is None:
                found = self._built(view, folder, deepest, links)
                self._remember(key, found)
        index.filenames_and_header.extend(found.names)
        index.tree = found.tree
        index.folder_tree = found

    def filter_order_tree(self, index: Any, tree: Entries) -> Entries:
        """The tree as the preferences want it."""
        found: FolderTree | None = getattr(index, "folder_tree", None)
        if found is None or found.tree is not tree or _has_hooks():
            return _ordered_by_otterwiki(index, tree)
        key = index.mode, bool(app.config["SIDEBAR_MENUTREE_IGNORE_CASE"])
        ordered = found.ordered.get(key)
        if ordered is None:
            ordered = MenuTree(_ordered_by_otterwiki(index, tree))
            found.ordered[key] = ordered
        return ordered

    def _remembered(self, key: Hashable) -> FolderTree | None:
        with self._lock:
            found = self._trees.get(key)
            if found is not None:
                self._trees.move_to_end(key)
            return found

    def _remember(self, key: Hashable, found: FolderTree) -> None:
        with self._lock:
            self._trees[key] = found
            while len(self._trees) > TREES:
                self._trees.popitem(last=False)

    def _built(
        self, view: CatalogView, folder: str, deepest: int | None, links: dict[str, str]
    ) -> FolderTree:
        headings = self._headings.below(view, folder)
        folders = {path[:at] for path in headings for at in _slashes(path)}
        names: list[tuple[str, str | None]] = []
        tree: Entries = OrderedDict()
        for entry in sorted({*headings, *folders, *links}):
            heading = headings.get(entry)
            name = entry.removesuffix(".md") if entry in headings else entry
            names.append((name, heading))
            if deepest is None or name.count("/") < deepest:
                _add(tree, name, heading, is_link=entry in links)
        return FolderTree(tuple(names), tree)

    # Links to directories

    def _directory_links(self, snapshot: Snapshot, folder: str) -> Iterator[tuple[str, str]]:
        prefix = folder + "/" if folder else ""
        for link in self._all_links(snapshot):
            if link.path.startswith(prefix):
                target = self._folder_behind(link.path)
                if target is not None:
                    yield link.path, target

    def _all_links(self, snapshot: Snapshot) -> tuple[Entry, ...]:
        tree, links = self._links
        if tree is None or tree != snapshot.tree:
            links = tuple(entry for entry in snapshot.files() if entry.mode == SYMLINK)
            self._links = snapshot.tree, links
        return links

    def _is_behind_link(self, folder: str) -> bool:
        try:
            return bool(folder) and self._storage.canonical_filename(folder) != folder
        except StorageError:
            return True

    def _folder_behind(self, link: str) -> str | None:
        storage = self._storage
        try:
            target = storage.canonical_filename(link)
        except StorageError:
            return None
        # A page of the same name goes before the link.
        return (
            target if target != link and storage.isdir(target) and not storage.exists(link + ".md") else None
        )


def _slashes(path: str) -> Iterator[int]:
    at = path.find("/")
    while at >= 0:
        yield at
        at = path.find("/", at + 1)


def _add(tree: Entries, name: str, heading: str | None, *, is_link: bool) -> None:
    # Parents sort before what is in them, so they are in the tree already.
    *parents, last = name.split("/")
    for parent in parents:
        tree = tree[parent].children
    if last not in tree:
        tree[last] = SidebarPageIndexEntry(path=full_name(name, heading), header=short_title(name, heading))
    if is_link:
        tree[last].is_directory_symlink = True


def _has_hooks() -> bool:
    return any(getattr(plugin_manager.hook, hook).get_hookimpls() for hook in HOOKS)


def _ordered_by_otterwiki(index: Any, tree: Entries) -> Entries:
    return _filter_order_tree(index, _copied(tree))  # type: ignore[no-any-return]


def _copied(tree: Entries) -> Entries:
    # Otter Wiki's own method changes the entries that it is given, and ours are shared.
    copies: Entries = OrderedDict()
    for key, entry in tree.items():
        copy = SidebarPageIndexEntry(path=entry.path, header=entry.header)
        copy.is_directory_symlink = getattr(entry, "is_directory_symlink", False)
        copy.children = _copied(entry.children)
        copies[key] = copy
    return copies
