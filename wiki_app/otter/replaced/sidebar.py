"""The sidebar's page tree from the catalog: Otter Wiki reads the head of every page below the folder for it,
at every view. Ours is made anew only when pages come, go, or change their first heading.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from otterwiki.plugins import plugin_manager
from otterwiki.server import app
from otterwiki.sidebar import SidebarPageIndex, SidebarPageIndexEntry

from wiki_app.catalog import CatalogView
from wiki_app.otter.replaced.directory_links import DirectoryLinks
from wiki_app.otter.replaced.headings import Headings
from wiki_app.otter.replaced.menutree import Entries, Leaf, MenuTree
from wiki_app.otter.replaced.names import Settings, full_name, leaf, settings, short_title
from wiki_app.otter.storage import WikiStorage

TREES = 48
"""Trees kept, one a folder and setting; one of 4,600 pages takes about 3 MB."""
HOOKS = ("sidebar_page_index_filter_entries", "sidebar_page_index_sort_entries")

_load = SidebarPageIndex.load
_filter_order_tree = SidebarPageIndex.filter_order_tree


@dataclass(frozen=True)
class FolderTree:
    """What lies below one folder: names with headings, the tree, and its filtered and sorted forms."""

    names: list[tuple[str, str | None]]
    tree: Entries
    ordered: dict[Hashable, MenuTree] = field(default_factory=dict)


class Sidebar:
    """Replaces SidebarPageIndex.load and .filter_order_tree."""

    def __init__(self, storage: WikiStorage, headings: Headings) -> None:
        self._storage = storage
        self._headings = headings
        self._links = DirectoryLinks(storage)
        self._lock = threading.Lock()
        self._trees: OrderedDict[Hashable, tuple[str, FolderTree]] = OrderedDict()

    def load(self, index: Any, path: str) -> None:
        """Fills a SidebarPageIndex with what is below the folder `path`."""
        folder = path.strip("/")
        with self._storage.catalog_view() as view:
            if self._links.is_behind_link(view.snapshot, folder):
                _load(index, path)
                return
            links = self._links.below(view.snapshot, folder)
            deepest = index.path_depth + index.max_depth if index.max_depth else None
            key = folder, deepest, settings(), tuple(links.items()), self._storage.path
            signature = view.headings_signature(folder)
            found = self._remembered(key, signature)
            if found is None:
                found = self._built(view, folder, deepest, links)
                self._remember(key, signature, found)
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

    def _remembered(self, key: Hashable, signature: str) -> FolderTree | None:
        with self._lock:
            known, found = self._trees.get(key, ("", None))
            if found is not None:
                self._trees.move_to_end(key)
            return found if known == signature else None

    def _remember(self, key: Hashable, signature: str, found: FolderTree) -> None:
        with self._lock:
            self._trees[key] = signature, found
            self._trees.move_to_end(key)
            while len(self._trees) > TREES:
                self._trees.popitem(last=False)

    def _built(
        self, view: CatalogView, folder: str, deepest: int | None, links: dict[str, str]
    ) -> FolderTree:
        headings = self._headings.below(view, folder)
        builder = TreeBuilder(_parents(headings), settings())
        found = FolderTree([], builder.tree)
        # Otter Wiki sorts file names: "a.md" stands between "a" and "a/b".
        for entry in sorted({*headings, *builder.folders, *links}):
            heading = headings.get(entry)
            name = entry.removesuffix(".md") if entry in headings else entry
            found.names.append((name, heading))
            if deepest is None or name.count("/") < deepest:
                builder.add(name, heading, is_link=entry in links)
        return found


class TreeBuilder:
    """Puts names into a tree, folders before what is in them; pages without others below are shared."""

    def __init__(self, folders: set[str], names: Settings) -> None:
        self.folders = folders
        self.tree: Entries = OrderedDict()
        self._names = names
        self._inside: dict[str, Entries] = {"": self.tree}

    def add(self, name: str, heading: str | None, *, is_link: bool) -> None:
        """Adds a folder, a page or a link to a directory; the first of several with one name counts."""
        parent, _, last = name.rpartition("/")
        entries = self._inside[parent]
        if last in entries:
            return
        if name not in self.folders and not is_link:
            entries[last] = leaf(name, heading, self._names)
            return
        entry = SidebarPageIndexEntry(
            path=full_name(name, heading, self._names), header=short_title(name, heading, self._names)
        )
        entry.is_directory_symlink = is_link
        entries[last] = entry
        self._inside[name] = entry.children


def _parents(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        parent = path.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return found


def _has_hooks() -> bool:
    return any(getattr(plugin_manager.hook, hook).get_hookimpls() for hook in HOOKS)


def _ordered_by_otterwiki(index: Any, tree: Entries) -> Entries:
    # Otter Wiki's own method gives folders other children, and plugins may change any entry: ours are shared.
    return _filter_order_tree(index, _copied(tree, leaves=_has_hooks()))  # type: ignore[no-any-return]


def _copied(tree: Entries, *, leaves: bool) -> Entries:
    return OrderedDict(
        (name, entry if isinstance(entry, Leaf) and not leaves else _copy(entry, leaves=leaves))
        for name, entry in tree.items()
    )


def _copy(entry: Any, *, leaves: bool) -> Any:
    copy = SidebarPageIndexEntry(path=entry.path, header=entry.header)
    copy.is_directory_symlink = entry.is_directory_symlink
    copy.children = _copied(entry.children, leaves=leaves)
    return copy
