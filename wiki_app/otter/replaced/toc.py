"""Tables of contents from the catalog. Otter Wiki keeps them in its database: a write at each view."""

from typing import Any

from wiki_app.otter.storage import WikiStorage

FileToc = list[tuple[int, str, int, str, str]]
"""(number, markup, level, text, anchor) of each heading, as the renderer hands them out."""


def update_ftoc_cache(filename: str, ftoc: Any, mtime: Any = None) -> None:
    """Replaces helper.update_ftoc_cache: there is nothing to keep."""


class Tocs:
    """Replaces helper.get_ftoc."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage

    def get_ftoc(self, filename: str, mtime: Any = None) -> FileToc:
        """The headings of a page's file; none when there is no such page."""
        with self._storage.catalog_view() as view:
            headings = view.outline(filename.removesuffix(".md"))
        return [
            (number, heading.text, heading.level, heading.text, heading.slug)
            for number, heading in enumerate(headings)
        ]
