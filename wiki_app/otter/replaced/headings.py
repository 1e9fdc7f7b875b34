"""First headings of pages, kept by blob: its text never changes, so a commit costs only its own pages."""

from wiki_app.catalog import CatalogView
from wiki_app.objects import SYMLINK
from wiki_app.repository import Entry

KEPT = 300_000
"""Headings kept, about 150 bytes each."""
FEW = 32
"""Headings asked for one by one; more are read in one go."""


class Headings:
    """What Otter Wiki's SidebarPageIndex.read_header would find, from the catalog."""

    def __init__(self) -> None:
        self._by_blob: dict[str, str | None] = {}

    def below(self, view: CatalogView, folder: str) -> dict[str, str | None]:
        """The pages below a folder ("" is the whole wiki), their paths with their first headings."""
        return self.of(view, folder, [e for e in view.snapshot.files(folder) if e.path.endswith(".md")])

    def of(self, view: CatalogView, folder: str, entries: list[Entry]) -> dict[str, str | None]:
        """Some of the pages below a folder with their first headings."""
        if sum(entry.blob not in self._by_blob for entry in entries) > FEW:
            self._learn(view, folder)
        return {entry.path: self._of(view, entry) for entry in entries}

    def _learn(self, view: CatalogView, folder: str) -> None:
        if len(self._by_blob) > KEPT:
            self._by_blob = {}
        for page in view.pages(folder + "/" if folder else ""):
            self._by_blob[page.blob] = page.heading

    def _of(self, view: CatalogView, entry: Entry) -> str | None:
        if entry.mode == SYMLINK:
            return self._asked(view, entry.path)
        if entry.blob not in self._by_blob:
            self._by_blob[entry.blob] = self._asked(view, entry.path)
        return self._by_blob[entry.blob]

    @staticmethod
    def _asked(view: CatalogView, path: str) -> str | None:
        page = view.page(path.removesuffix(".md"))
        return page.heading if page else None
