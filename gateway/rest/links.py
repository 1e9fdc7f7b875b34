"""Wikilinks: of one page, and of the whole wiki."""

from starlette.responses import Response

from gateway.rest import models
from gateway.rest.answers import answer
from gateway.rest.context import Pages
from gateway.rest.contract import contract, router
from gateway.threads import in_thread

routes = router("links")


@routes.get("/links", **contract("links", models.LinkGraph))
async def graph(pages: Pages) -> Response:
    """Every page and every link, missing targets included."""

    def whole() -> Response:
        found = pages.graph()
        edges = [{"source": source, "target": target} for source, target in found.edges]
        return answer({"nodes": found.nodes, "edges": edges})

    return await in_thread(whole)


@routes.get("/page/links", **contract("links", models.PageLinks))
@routes.get("/links/{path:path}", **contract("links", models.PageLinks))
async def page_links(path: str, pages: Pages) -> Response:
    """Where a page links to and what links to it; a page that is missing may be linked to."""
    found = await in_thread(pages.links, path)
    return answer({"path": found.path, "links_to": found.links_to, "linked_from": found.linked_from})
