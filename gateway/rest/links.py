"""Wikilinks: of one page, and of the whole wiki."""

from starlette.responses import Response

from gateway.rest.answers import answer
from gateway.rest.call import Call
from gateway.rest.contract import PATH, Routes
from gateway.threads import in_thread

routes = Routes("links")


@routes.add("GET", "/links", "links", "LinkGraph")
async def graph(call: Call) -> Response:
    """Every page and every link, missing targets included."""

    def whole() -> Response:
        found = call.pages.graph()
        edges = [{"source": source, "target": target} for source, target in found.edges]
        return answer({"nodes": found.nodes, "edges": edges})

    return await in_thread(whole)


@routes.add("GET", "/page/links", "links", "PageLinks", takes=[PATH])
@routes.add("GET", "/links/{path:path}", "links", "PageLinks")
async def page_links(call: Call) -> Response:
    """Where a page links to and what links to it; a page that is missing may be linked to."""
    found = await in_thread(call.pages.links, call.path)
    return answer({"path": found.path, "links_to": found.links_to, "linked_from": found.linked_from})
