"""Which page links to which."""

from collections.abc import Iterable

from wiki_app.catalog import CatalogView
from wiki_app.names import display, file_of
from wiki_app.pages.read import find, shown_all
from wiki_app.pages.shapes import LinkGraph, LooseEnds, PageLinks


def page_links(view: CatalogView, raw: str) -> PageLinks:
    """The links of a page, which need not exist. Raises InvalidInput."""
    key = find(view, raw)
    links_to = shown_all(view, view.links_from(key))
    return PageLinks(key, display(key, view.rules), links_to, shown_all(view, view.links_to(key)))


def graph(view: CatalogView) -> LinkGraph:
    """The whole wiki; pages without links are nodes too."""
    links = view.links()
    keys = sorted({*view.keys(), *(key for link in links for key in link)})
    paths = {key: display(key, view.rules) for key in keys}
    return LinkGraph(
        list(dict.fromkeys(paths.values())), [(paths[source], paths[target]) for source, target in links]
    )


def missing(view: CatalogView, paths: Iterable[str]) -> list[str]:
    """Those of the paths that no page stands at."""
    return [path for path in paths if view.snapshot.entry(file_of(find(view, path))) is None]


def neighbourhood(view: CatalogView, raw: str, depth: int, limit: int) -> list[tuple[str, int]]:
    """Pages within `depth` links of a page, in either direction, with their distance; the nearest first,
    at most `limit`. Raises InvalidInput.
    """
    start = find(view, raw)
    distances = {start: 0}
    reached = [start]
    for distance in range(1, depth + 1):
        nearest = (key for page in reached for key in (*view.links_from(page), *view.links_to(page)))
        reached = [key for key in dict.fromkeys(nearest) if key not in distances]
        for key in reached:
            distances[key] = distance
        if len(distances) > limit:
            break
    found = [(display(key, view.rules), distance) for key, distance in distances.items() if distance]
    return found[:limit]


def loose_ends(view: CatalogView) -> LooseEnds:
    """Pages that no other page links to (the home page apart), and links to pages that are not there."""
    keys = view.keys()
    known = set(keys)
    links = view.links()
    linked = {target for source, target in links if source != target}
    home = find(view, view.rules.home_page.strip("/") or "Home")
    orphans = [display(key, view.rules) for key in keys if key not in linked and key != home]
    broken = [
        (display(source, view.rules), display(target, view.rules))
        for source, target in links
        if target not in known
    ]
    return LooseEnds(orphans, broken)
