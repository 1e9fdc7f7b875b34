"""The page index (A - Z, folders, the editor's list) from the catalog. Otter Wiki renders every page for it
and compares every name with every other.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from otterwiki.gitstorage import StorageError
from otterwiki.helper import get_breadcrumbs, get_filename, get_pagename, get_pagename_for_title
from otterwiki.pageindex import PageIndex, PageIndexEntry
from otterwiki.server import app
from otterwiki.util import split_path

from wiki_app.catalog import CatalogView
from wiki_app.objects import SYMLINK
from wiki_app.otter.replaced.directory_links import DirectoryLinks
from wiki_app.otter.replaced.headings import FEW, Headings
from wiki_app.otter.replaced.names import Settings, full_name, settings, short_title
from wiki_app.otter.replaced.urls import view_url
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import Entry
from wiki_app.text import Heading

KEPT = 150_000
"""Entries kept, about 600 bytes each."""
INDEXES = 16
"""Finished indexes kept, one a folder and setting."""

Toc = dict[str, list[PageIndexEntry]]

_init = PageIndex.__init__


@dataclass(frozen=True)
class Context:
    """What the entries of one index have in common. `folder` is "" for the whole wiki; with `with_path` the
    titles are whole paths below it; `root` is where pages' addresses begin.
    """

    folder: str
    with_path: bool
    settings: Settings
    root: str


class Row(PageIndexEntry):  # type: ignore[misc] # otterwiki has no types
    """An entry that is shared by all indexes it is in: do not change it. `letter` is its heading in the
    index, `listed` how the editor lists it.
    """

    letter: str
    listed: tuple[str, str, str]


class PageIndexes:
    """Replaces PageIndex.__init__ and PageIndex.pages."""

    def __init__(self, storage: WikiStorage, headings: Headings) -> None:
        self._storage = storage
        self._headings = headings
        self._links = DirectoryLinks(storage)
        self._rows: dict[Hashable, Row] = {}
        self._finished: dict[Hashable, tuple[str | None, Toc]] = {}

    def fill(self, index: Any, path: str | None = None, display_page_path: bool = False) -> None:  # noqa: FBT002
        """Makes the index of a folder, of the whole wiki for None."""
        index.path, index.breadcrumbs, index.index_depth, index.pagename = None, None, 0, None
        if path is not None:
            index.path = (path if app.config["RETAIN_PAGE_NAME_CASE"] else path.lower()).rstrip("/")
            index.breadcrumbs = get_breadcrumbs(get_pagename(path, full=True))
            index.index_depth = len(split_path(index.path))
            index.pagename = get_pagename_for_title(index.path, full=False) if index.path else None
        folder = index.path or ""
        with self._storage.catalog_view() as view:
            if self._links.is_behind_link(view.snapshot, folder):
                _init(index, path, display_page_path)
                return
            with_path = display_page_path and index.path is not None
            toc = self._toc(view, Context(folder, with_path, settings(), view_url("-")))
        index.toc = {letter: list(entries) for letter, entries in toc.items()}

    def pages(self, index: Any) -> Iterable[tuple[str, str, str]]:
        """(title, path, address) of each entry, for the editor."""
        return [_listed(entry) for entries in index.toc.values() for entry in entries]

    def _toc(self, view: CatalogView, context: Context) -> Toc:
        key = context, self._storage.path
        tree, found = self._finished.get(key, (None, {}))
        if tree is None or tree != view.snapshot.tree:
            found = self._made(view, context)
            if len(self._finished) >= INDEXES:
                self._finished = {}
            self._finished[key] = view.snapshot.tree, found
        return found

    def _made(self, view: CatalogView, context: Context) -> Toc:
        cut = len(context.folder) + 1 if context.folder else 0
        entries = [entry for entry in view.snapshot.files(context.folder) if self._is_page(entry)]
        entries.sort(key=lambda entry: entry.path)
        parents = {entry.path[cut : cut + at] for entry in entries for at in _slashes(entry.path[cut:])}
        rows = self._rows_of(view, context, entries, parents)
        toc: Toc = {}
        listed: set[str] = set()
        for entry, row in zip(entries, rows, strict=True):
            letter = toc.setdefault(row.letter, [])
            if parents:
                letter.extend(self._folders(context, entry.path[cut:], listed))
            letter.append(row)
        return toc

    def _is_page(self, entry: Entry) -> bool:
        if not entry.path.endswith(".md"):
            return False
        return entry.mode != SYMLINK or not self._storage.isdir(entry.path)

    def _folders(self, context: Context, name: str, listed: set[str]) -> Iterator[PageIndexEntry]:
        for depth, at in enumerate(_slashes(name)):
            whole = f"{context.folder}/{name[:at]}" if context.folder else name[:at]
            if whole in listed:
                continue
            listed.add(whole)
            if not self._storage.exists(get_filename(whole)):
                yield PageIndexEntry(
                    depth=depth,
                    title=short_title(name[:at], None, context.settings),
                    url=view_url(full_name(whole, None, context.settings)),
                    toc=[],
                    has_children=True,
                )

    # Rows

    def _rows_of(
        self, view: CatalogView, context: Context, entries: list[Entry], parents: set[str]
    ) -> Iterator[Row]:
        if len(self._rows) > KEPT:
            self._rows = {}
        keys = [(entry, context, _stem(entry) in parents) for entry in entries]
        unknown = [entry for entry, key in zip(entries, keys, strict=True) if key not in self._rows]
        outlines = self._outlines(view, context.folder, unknown)
        for entry, key in zip(entries, keys, strict=True):
            row = self._rows.get(key)
            if row is None:
                # Otter Wiki compares the path from the root with names from the folder; so do we.
                row = _row(context, entry, outlines[entry.path], has_children=key[2])
                if entry.mode != SYMLINK:
                    self._rows[key] = row
            yield row

    def _outlines(self, view: CatalogView, folder: str, entries: list[Entry]) -> dict[str, list[Heading]]:
        if len(entries) > FEW:
            known = view.outlines(folder + "/" if folder else "")
            found = {entry.path: known.get(_stem(entry), []) for entry in entries}
        else:
            found = {entry.path: view.outline(_stem(entry)) for entry in entries}
        headings = self._headings.of(view, folder, [entry for entry in entries if found[entry.path]])
        for path, heading in headings.items():
            # Where the sidebar sees nothing the page may be no UTF-8; Otter Wiki then has no headings of it.
            if heading is None and not self._is_text(path):
                found[path] = []
        return found

    def _is_text(self, path: str) -> bool:
        try:
            self._storage.load(path)
        except StorageError:
            return False
        return True


def _row(context: Context, entry: Entry, headings: list[Heading], *, has_children: bool) -> Row:
    path = entry.path
    name = path[len(context.folder) + 1 :] if context.folder else path
    pagename = get_pagename(path, full=False, header=headings[0].text if headings else None)
    named = full_name(path, pagename, context.settings)
    url = view_url(named)
    row = Row(
        depth=name.count("/"),
        title=_displayed(context, path, pagename),
        url=url,
        toc=[(heading.level, heading.text, f"{url}#{heading.slug}") for heading in headings[1:]],
        has_children=has_children,
    )
    row.letter = get_pagename_for_title(name, full=True)[0].upper()
    row.listed = row.title, named, url
    return row


def _listed(entry: PageIndexEntry) -> tuple[str, str, str]:
    return entry.listed if isinstance(entry, Row) else (entry.title, unquote(entry.url)[1:], entry.url)


def _displayed(context: Context, path: str, pagename: str) -> str:
    if not context.with_path:
        return short_title(path, pagename, context.settings)
    title = str(get_pagename_for_title(path, full=True, header=pagename))
    inside = title.lower().startswith(context.folder.lower())
    return title[len(context.folder) + 1 :] if inside else title


def _stem(entry: Entry) -> str:
    return entry.path[: -len(".md")]


def _slashes(name: str) -> Iterator[int]:
    at = name.find("/")
    while at >= 0:
        yield at
        at = name.find("/", at + 1)
