"""The page index (A - Z, folders, the editor's list) from the catalog. Otter Wiki renders every page for it
and compares every name with every other.
"""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from otterwiki.gitstorage import StorageError
from otterwiki.helper import get_breadcrumbs, get_filename, get_pagename, get_pagename_for_title
from otterwiki.pageindex import PageIndexEntry
from otterwiki.server import app
from otterwiki.util import split_path

from wiki_app.catalog import CatalogView
from wiki_app.otter.replaced.headings import Headings
from wiki_app.otter.replaced.names import Settings, full_name, settings, short_title
from wiki_app.otter.replaced.urls import view_url
from wiki_app.otter.storage import WikiStorage
from wiki_app.text import Heading

Toc = dict[str, list[PageIndexEntry]]
LISTS = 16
"""Finished indexes kept, one a folder."""


@dataclass(frozen=True)
class Folder:
    """What one index is made from; `path` is "" for the whole wiki."""

    path: str
    names: tuple[str, ...]
    outlines: dict[str, list[Heading]]
    with_path: bool
    settings: Settings


class PageIndexes:
    """Replaces PageIndex.__init__ and PageIndex.pages."""

    def __init__(self, storage: WikiStorage, headings: Headings) -> None:
        self._storage = storage
        self._headings = headings
        self._finished: dict[Hashable, Toc] = {}

    def fill(self, index: Any, path: str | None = None, display_page_path: bool = False) -> None:  # noqa: FBT002
        """Makes the index of a folder, of the whole wiki for None."""
        index.path, index.breadcrumbs, index.index_depth, index.pagename = None, None, 0, None
        if path is not None:
            index.path = (path if app.config["RETAIN_PAGE_NAME_CASE"] else path.lower()).rstrip("/")
            index.breadcrumbs = get_breadcrumbs(get_pagename(path, full=True))
            index.index_depth = len(split_path(index.path))
            index.pagename = get_pagename_for_title(index.path, full=False) if index.path else None
        index.toc = self._toc(index.path or "", with_path=display_page_path and index.path is not None)

    def pages(self, index: Any) -> Iterable[tuple[str, str, str]]:
        """(title, path, address) of each entry, for the editor."""
        return [
            (entry.title, unquote(entry.url)[1:], entry.url)
            for entries in index.toc.values()
            for entry in entries
        ]

    def _toc(self, path: str, *, with_path: bool) -> Toc:
        with self._storage.catalog_view() as view:
            key = view.snapshot.tree, path, with_path, settings(), view_url("-"), self._storage.path
            found = self._finished.get(key)
            if found is None:
                files, _ = self._storage.list(path)
                names = tuple(name for name in files if name.endswith(".md"))
                found = self._made(Folder(path, names, self._outlines(view, path), with_path, settings()))
                if len(self._finished) >= LISTS:
                    self._finished = {}
                self._finished[key] = found
        return {letter: list(entries) for letter, entries in found.items()}

    def _outlines(self, view: CatalogView, path: str) -> dict[str, list[Heading]]:
        outlines = view.outlines(path + "/" if path else "")
        for file, heading in self._headings.below(view, path).items():
            # Where the sidebar sees nothing the page may be no UTF-8; Otter Wiki then has no headings of it.
            key = file.removesuffix(".md")
            if heading is None and outlines.get(key) and not self._is_text(file):
                outlines[key] = []
        return outlines

    def _is_text(self, file: str) -> bool:
        try:
            self._storage.load(file)
        except StorageError:
            return False
        return True

    def _made(self, folder: Folder) -> Toc:
        toc: Toc = {}
        listed: set[str] = set()
        parents = {name[:at] for name in folder.names for at in _slashes(name)}
        for name in folder.names:
            letter = _title(name, full=True)[0].upper()
            entries = toc.setdefault(letter, [])
            entries.extend(self._folders(folder, name, listed))
            entries.append(_page(folder, name, parents))
        return toc

    def _folders(self, folder: Folder, name: str, listed: set[str]) -> Iterator[PageIndexEntry]:
        for depth, at in enumerate(_slashes(name)):
            whole = _join(folder.path, name[:at])
            if whole in listed:
                continue
            listed.add(whole)
            if not self._storage.exists(get_filename(whole)):
                yield PageIndexEntry(
                    depth=depth,
                    title=short_title(name[:at], None, folder.settings),
                    url=view_url(full_name(whole, None, folder.settings)),
                    toc=[],
                    has_children=True,
                )


def _page(folder: Folder, name: str, parents: set[str]) -> PageIndexEntry:
    file = _join(folder.path, name)
    headings = folder.outlines.get(file.removesuffix(".md"), [])
    pagename = get_pagename(file, full=False, header=headings[0].text if headings else None)
    url = view_url(full_name(file, pagename, folder.settings))
    return PageIndexEntry(
        depth=name.count("/"),
        title=_displayed(folder, file, pagename),
        url=url,
        toc=[(heading.level, heading.text, f"{url}#{heading.slug}") for heading in headings[1:]],
        # Otter Wiki compares the path from the root with names from the folder; so do we.
        has_children=file.removesuffix(".md") in parents,
    )


def _displayed(folder: Folder, file: str, pagename: str) -> str:
    if not folder.with_path:
        return short_title(file, pagename, folder.settings)
    title = _title(file, full=True, header=pagename)
    return title[len(folder.path) + 1 :] if title.lower().startswith(folder.path.lower()) else title


def _title(path: str, *, full: bool, header: str | None = None) -> str:
    return str(get_pagename_for_title(path, full=full, header=header))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _slashes(name: str) -> Iterator[int]:
    at = name.find("/")
    while at >= 0:
        yield at
        at = name.find("/", at + 1)
