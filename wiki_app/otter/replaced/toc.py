"""Tables of contents from the catalog. Otter Wiki keeps them in its database: a write at each view."""

from collections.abc import Callable
from typing import Any

from wiki_app.otter.storage import WikiStorage

FileToc = list[tuple[int, str, int, str, str]]
"""(number, markup, level, text, anchor) of each heading, as the renderer hands them out."""


def forget(filename: str, ftoc: Any, mtime: Any = None) -> None:
    """Replaces update_ftoc_cache where a page is viewed: there is nothing to keep."""


def get_ftoc(original: Callable[..., Any], storage: WikiStorage) -> Callable[..., Any]:
    """Replaces helper.get_ftoc, but for files that are no pages of HEAD."""

    def catalogued(filename: str, mtime: Any = None) -> FileToc | Any:
        key = filename.removesuffix(".md")
        with storage.catalog_view() as view:
            if view.page(key) is None:
                return original(filename, mtime)
            headings = view.outline(key)
        return [
            (number, heading.text, heading.level, heading.text, heading.slug)
            for number, heading in enumerate(headings)
        ]

    return catalogued
