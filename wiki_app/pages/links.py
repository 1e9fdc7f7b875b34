"""Which page links to which."""

from wiki_app.catalog import CatalogView
from wiki_app.names import display
from wiki_app.pages.read import find, shown_all
from wiki_app.pages.shapes import LinkGraph, PageLinks


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
