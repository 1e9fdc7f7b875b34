"""The wiki that an empty data folder begins with: a home page and two guides."""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from wiki_app.repository import Author, Committed, Snapshot, Write
from wiki_app.store import Store

__all__ = ["create_starter", "starter_pages"]

AUTHOR = Author("wikibot", "wikibot@wikibot.invalid")
MESSAGE = "A home page and two guides to begin with"


def starter_pages() -> dict[str, bytes]:
    """The file name and text of each page."""
    return {file.name: file.read_bytes() for file in files(__name__).iterdir() if file.name.endswith(".md")}


def create_starter(
    store: Store, clock: Callable[[], datetime], *, retain_case: bool = False
) -> Committed | None:
    """Commits the starter pages to a store without commits; does nothing to any other, and returns None.

    With `retain_case` the home page is named Home.md, where Otter Wiki looks for it then.
    """
    pages = {name: Write(data) for name, data in starter_pages().items()}
    if retain_case:
        pages["Home.md"] = pages.pop("home.md")

    def edit(snapshot: Snapshot) -> dict[str, Write] | None:
        return pages if snapshot.commit is None else None

    return store.commit(edit, MESSAGE, AUTHOR, when=clock())
