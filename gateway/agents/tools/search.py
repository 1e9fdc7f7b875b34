"""search: find pages by what they say, in words and in meaning."""

from typing import Literal

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.errors import GatewayError
from gateway.searching import Asked, Found
from search.answers import Hit, Mode
from wiki_app.names import display


class SearchArguments(Shape):
    query: str = Field(description="Words, names, identifiers or error codes")
    mode: Literal["hybrid", "keyword", "semantic"] = Field(
        "hybrid", description="Words and meaning, or one of both"
    )
    prefix: str = Field("", description="Only pages whose path begins so")
    tag: str = Field("", description="Only pages with this tag")
    limit: int = Field(10, ge=1, le=50, description="Hits")


async def search(call: Call, asked: SearchArguments) -> Body:
    """Hits, best first, and what was searched with."""
    query = asked.query.strip()
    if not query:
        raise GatewayError("invalid_input", "query is empty: say what to look for.")
    question = Asked(query, Mode(asked.mode), asked.limit, asked.prefix, asked.tag, sections=1)
    if call.principal.path_prefix:
        question = question.bounded(call.principal.path_prefix, call.covers)
    found = await call.services.searching.query(question)
    return _body(call, query, found)


def _body(call: Call, query: str, found: Found) -> Body:
    said = found.answer
    body: Body = {
        "query": query,
        "mode": said.mode.value,
        "results": [_hit(call, hit, display(hit.id, found.rules)) for hit in said.hits],
        "more": said.total > len(said.hits),
    }
    notes = [said.notice] if said.notice else []
    if said.behind:
        body["behind"] = said.behind
        notes.append(f"{said.behind} parts of pages are found by their words only, until they are embedded.")
    if notes:
        body["note"] = " ".join(notes)
    if not said.hits:
        body["next_step"] = "Try other or fewer words; list_pages shows what there is."
    return body


def _hit(call: Call, hit: Hit, path: str) -> Body:
    best = hit.sections[0]
    result: Body = {"id": hit.id, "title": hit.title, "path": path, "url": call.url(path)}
    if best.name:
        result["section"] = best.name
    return result | {
        "snippet": best.snippet.text,
        "score": round(hit.score, 3),
        "matched": [*(["exact"] if hit.exact else []), *hit.legs],
    }


SEARCH = ToolSpec(
    name="search",
    title="Search the wiki",
    description="Find pages, best first; a rare exact term (an error code, a name) always wins. Then "
    "read_page(path, section).",
    operation="search",
    hints=READS,
    shape=SearchArguments,
    run=search,
)
