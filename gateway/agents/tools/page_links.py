"""page_links: what a page links to, what links to it, and what hangs in the air."""

from collections.abc import Sequence

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import PAGE_TEXT, fitting

NEIGHBOURS = 200


class PageLinksArguments(Shape):
    path: str = Field("", description="Page; without one, the whole wiki's orphans and broken links")
    depth: int = Field(1, ge=1, le=3, description="Steps; from 2 on the neighbourhood with distances")


def page_links(call: Call, asked: PageLinksArguments) -> Body:
    """Links of a page, or the wiki's loose ends."""
    if not asked.path.strip():
        return _loose_ends(call)
    call.require("links", asked.path)
    links = call.pages.links(asked.path)
    linked_from = [path for path in links.linked_from if call.sees(path)]
    body: Body = {"path": links.path, "links_to": links.links_to, "linked_from": linked_from}
    body["broken"] = call.pages.missing(links.links_to)
    if asked.depth > 1:
        near = call.pages.neighbourhood(asked.path, asked.depth, NEIGHBOURS)
        body["neighbourhood"] = [
            {"path": path, "distance": distance} for path, distance in near if call.sees(path)
        ]
    return _shortened(body, ("neighbourhood", "linked_from", "links_to"))


def _loose_ends(call: Call) -> Body:
    ends = call.pages.loose_ends()
    broken = [{"from": source, "to": target} for source, target in ends.broken if call.sees(source)]
    orphans = [path for path in ends.orphans if call.sees(path)]
    body: Body = {"orphans": orphans, "orphans_in_all": len(orphans)}
    body |= {"broken": broken, "broken_in_all": len(broken)}
    return _shortened(body, ("orphans", "broken"))


def _shortened(body: Body, names: Sequence[str]) -> Body:
    """The lists share what a result may take; `truncated` names those that are not whole."""
    share = PAGE_TEXT // len(names)
    cut = []
    for name in names:
        entries = body.get(name)
        if isinstance(entries, list):
            count = fitting(map(str, entries), share)
            if count < len(entries):
                body[name] = entries[:count]
                cut.append(name)
    return body | {"truncated": cut} if cut else body


PAGE_LINKS = ToolSpec(
    name="page_links",
    title="Links of a page",
    description="Links from and to a page, and broken ones; or orphans and broken links of the wiki.",
    operation="links",
    hints=READS,
    shape=PageLinksArguments,
    run=page_links,
)
