"""All replacements in one table, and the version of Otter Wiki that they are made for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import otterwiki
from otterwiki.server import app_renderer

from wiki_app.errors import Unavailable
from wiki_app.otter.editing.save import Saves, truthful_toast
from wiki_app.otter.page_cache import remembering_crumb
from wiki_app.otter.replaced.addresses import reachable_links, reachable_urls
from wiki_app.otter.replaced.changelog import Changelogs
from wiki_app.otter.replaced.headings import Headings
from wiki_app.otter.replaced.literal_names import existing_as_it_is
from wiki_app.otter.replaced.page_index import PageIndexes
from wiki_app.otter.replaced.remote import exclusive
from wiki_app.otter.replaced.rendering import one_at_a_time
from wiki_app.otter.replaced.sidebar import Sidebar
from wiki_app.otter.replaced.toc import forget, get_ftoc
from wiki_app.otter.storage import WikiStorage

VERSION = "2.26.1"
RENDERERS = "renderer", "renderer_plugins"

Make = Callable[[Any], Any]


@dataclass(frozen=True)
class Replacement:
    """`module:name` (a function, or `Class.method`) gives way to what `make` returns for the original."""

    where: str
    make: Make
    why: str


def replacements(storage: WikiStorage, saves: Saves) -> list[Replacement]:
    """The table."""
    headings = Headings()
    sidebar, indexes = Sidebar(storage, headings), PageIndexes(storage, headings)
    log = Changelogs(storage)
    alone = partial(exclusive, storage=storage)
    tocs = partial(get_ftoc, storage=storage)
    links = partial(reachable_links, page=lambda: app_renderer.env.get("PAGE_URL") or "/")
    literal = partial(existing_as_it_is, storage=storage)
    tree, index, remote = (
        "otterwiki.sidebar:SidebarPageIndex",
        "otterwiki.pageindex:PageIndex",
        "otterwiki.repomgmt:RepositoryManager",
    )
    return [
        Replacement("otterwiki.server:app.url_for", reachable_urls, "an HTTP API cuts names at a `?`"),
        *(
            Replacement(f"otterwiki.{module}:chain_hooks", links, "links in texts, too")
            for module in RENDERERS
        ),
        Replacement("otterwiki.renderer:OtterwikiRenderer.markdown", one_at_a_time, "mixes up its threads"),
        Replacement("otterwiki.wiki:sanitize_pagename", literal, "makes pages like acme.sh unreachable"),
        Replacement(f"{tree}.load", _method(sidebar.load), "reads every page below the folder"),
        Replacement(f"{tree}.filter_order_tree", _method(sidebar.filter_order_tree), "sorts at each view"),
        Replacement(f"{index}.__init__", _method(indexes.fill), "renders every page, compares all names"),
        Replacement(f"{index}.pages", _method(indexes.pages), "goes with it"),
        Replacement("otterwiki.wiki:Changelog.get", _method(log.get), "reads all commits, feeds hold them"),
        Replacement("otterwiki.wiki:update_ftoc_cache", lambda _: forget, "a database write a view"),
        Replacement("otterwiki.helper:get_ftoc", tocs, "reads what is not written any more"),
        Replacement("otterwiki.wiki:upsert_pagecrumbs", remembering_crumb, "what a kept page has to repeat"),
        Replacement("otterwiki.pageindex:upsert_pagecrumbs", remembering_crumb, "the same for indexes"),
        Replacement("otterwiki.wiki:Page.save", saves.replacing, "the later of two saves wins silently"),
        Replacement("otterwiki.wiki:toast", truthful_toast, "says that an outdated draft overwrites"),
        Replacement(f"{remote}.pull_from_remote", alone, "moves HEAD behind the store's back"),
        Replacement(f"{remote}.reset_to_remote", alone, "moves HEAD behind the store's back"),
    ]


def _method(function: Callable[..., Any]) -> Make:
    def make(_original: Any) -> Any:
        # A function, not a bound method: the instance comes first.
        return lambda instance, *args, **kwargs: function(instance, *args, **kwargs)  # noqa: PLW0108

    return make


def apply(table: list[Replacement]) -> None:
    """Puts the replacements in place. Raises Unavailable when Otter Wiki is of another version."""
    found = otterwiki.__version__
    if found != VERSION:
        raise Unavailable(f"This wiki is made for Otter Wiki {VERSION}, and {found} is installed.")
    for replacement in table:
        owner, attribute = place(replacement.where)
        setattr(owner, attribute, replacement.make(getattr(owner, attribute)))


def place(where: str) -> tuple[Any, str]:
    """The object that holds the name, and its last part."""
    module, _, name = where.partition(":")
    *owners, attribute = name.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    return owner, attribute
