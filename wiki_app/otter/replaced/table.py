"""All replacements in one table, and the version of Otter Wiki that they are made for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import otterwiki

from wiki_app.errors import Unavailable
from wiki_app.otter.page_cache import remembering_crumb
from wiki_app.otter.replaced.changelog import Changelogs
from wiki_app.otter.replaced.headings import Headings
from wiki_app.otter.replaced.page_index import PageIndexes
from wiki_app.otter.replaced.remote import exclusive
from wiki_app.otter.replaced.sidebar import Sidebar
from wiki_app.otter.replaced.toc import Tocs, update_ftoc_cache
from wiki_app.otter.storage import WikiStorage

VERSION = "2.26.1"


@dataclass(frozen=True)
class Replacement:
    """`module:name` (a function, or `Class.method`) gives way to what `make` returns for the original."""

    where: str
    make: Callable[[Any], Any]
    why: str


def replacements(storage: WikiStorage) -> Iterator[Replacement]:
    """The table."""
    headings = Headings()
    sidebar, indexes = Sidebar(storage, headings), PageIndexes(storage, headings)
    changelogs, tocs = Changelogs(storage), Tocs(storage)
    yield _method(
        "otterwiki.sidebar:SidebarPageIndex.load", sidebar.load, "reads every page below the folder"
    )
    yield _method(
        "otterwiki.sidebar:SidebarPageIndex.filter_order_tree",
        sidebar.filter_order_tree,
        "sorts at each view",
    )
    yield _method(
        "otterwiki.pageindex:PageIndex.__init__", indexes.fill, "renders every page, compares all names"
    )
    yield _method("otterwiki.pageindex:PageIndex.pages", indexes.pages, "goes with the one above")
    yield _method("otterwiki.wiki:Changelog.get", changelogs.get, "reads all commits; feeds hold all of them")
    for module in ("otterwiki.helper", "otterwiki.wiki"):
        yield Replacement(
            f"{module}:update_ftoc_cache", lambda _: update_ftoc_cache, "a database write a view"
        )
        yield Replacement(f"{module}:get_ftoc", lambda _: tocs.get_ftoc, "reads what the former wrote")
    for module in ("otterwiki.wiki", "otterwiki.pageindex"):
        yield Replacement(
            f"{module}:upsert_pagecrumbs", remembering_crumb, "tells the page cache of the trail"
        )
    for name in ("pull_from_remote", "reset_to_remote"):
        where = f"otterwiki.repomgmt:RepositoryManager.{name}"
        yield Replacement(
            where, lambda original: exclusive(original, storage), "moves HEAD behind the store's back"
        )


def _method(where: str, function: Callable[..., Any], why: str) -> Replacement:
    def make(_original: Any) -> Any:
        # A function, not a bound method: the instance comes first.
        return lambda instance, *args, **kwargs: function(instance, *args, **kwargs)  # noqa: PLW0108

    return Replacement(where, make, why)


def apply(table: Iterator[Replacement]) -> None:
    """Puts the replacements in place. Raises Unavailable when Otter Wiki is of another version."""
    if otterwiki.__version__ != VERSION:
        raise Unavailable(
            f"This wiki is made for Otter Wiki {VERSION}, and {otterwiki.__version__} is installed."
        )
    for replacement in table:
        module, _, name = replacement.where.partition(":")
        *owners, attribute = name.split(".")
        owner: Any = import_module(module)
        for part in owners:
            owner = getattr(owner, part)
        setattr(owner, attribute, replacement.make(getattr(owner, attribute)))
