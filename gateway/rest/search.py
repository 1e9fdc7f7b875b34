"""Search by words, by meaning and by both; the index behind it."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from auth import Principal
from auth.policy import covers
from gateway.errors import GatewayError
from gateway.keyword_search import Hits
from gateway.rest import models
from gateway.rest.answers import answer
from gateway.rest.context import Meaning, Search
from gateway.rest.contract import contract, router
from gateway.searching import Asked, Found
from gateway.threads import in_thread
from search.answers import Hit, Mode, Section
from search.errors import SearchUnavailable
from wiki_app.names import display
from wiki_app.rules import WikiRules

routes = router("search")

Modes = Literal["keyword", "hybrid", "semantic"]
USUAL, MOST = 10, 100
"""Hits of a search by meaning."""


@routes.get("/search", **contract("search", models.SearchResults, 503))
async def search(
    request: Request,
    finder: Search,
    searching: Meaning,
    q: str = "",
    mode: Modes = "keyword",
    limit: Annotated[int | None, Query(ge=1)] = None,
    prefix: str = "",
    tag: str | None = None,
) -> Response:
    """Pages by relevance: `keyword` as older clients know it, `hybrid` by words and meaning, `semantic`.

    `behind` counts parts of pages that the search by meaning does not know yet.
    """
    query = _query(q)
    if mode == "keyword":
        asked = _asked(request, query, Mode.KEYWORD, USUAL, prefix=prefix, tag=tag or "")
        return answer(_results(query, await in_thread(finder.find, asked, limit)))
    most = min(limit or USUAL, MOST)
    asked = _asked(request, query, Mode(mode), most, prefix=prefix, tag=tag or "")
    return answer(_found(query, await searching.query(asked)))


@routes.get("/semantic-search", **contract("search", models.SectionResults, 503))
async def semantic_search(
    request: Request, searching: Meaning, q: str = "", n: str = "5", max_chunks_per_page: str = "2"
) -> Response:
    """Sections by meaning, nearest first."""
    query = _query(q)
    most, sections = _clamped(n, 5, 50), _clamped(max_chunks_per_page, 2, 5)
    found = await searching.query(_asked(request, query, Mode.SEMANTIC, most, sections=sections))
    results = [_section(hit, section, found.rules) for hit in found.answer.hits for section in hit.sections]
    results.sort(key=lambda result: result["distance"])
    return answer({"query": query, "results": results[:most], "total": len(results[:most])})


@routes.post("/reindex", **contract("reindex", models.Health, 409, 503, status=202))
async def reindex(searching: Meaning) -> Response:
    """Make the index by meaning anew, in the background; what was embedded before is not embedded again."""
    await _with_model(searching)
    searching.reindexing.start()
    return answer({"status": "started"}, 202)


@routes.get("/reindex/status", **contract("search", models.Reindexed, 503))
async def reindex_status(searching: Meaning) -> Response:
    """How far that is, or how the last one went."""
    await _with_model(searching)
    return answer(searching.reindexing.status)


@routes.get("/chroma-status", **contract(None, models.VectorStatus))
async def vector_status(searching: Meaning) -> Response:
    """The state of the search by meaning, under the name that older clients know."""
    state = await searching.state()
    return answer(
        {
            "status": "connected" if state.model else "unavailable",
            "backend_type": "faiss" if state.model else "none",
            "collection": state.model,
            "document_count": state.chunks - state.behind if state.model else 0,
        }
    )


async def _with_model(searching: Meaning) -> None:
    state = await searching.state()
    if state.model is None:
        raise SearchUnavailable(state.problem)


def _query(q: str) -> str:
    query = q.strip()
    if not query:
        raise GatewayError("invalid_input", "Query parameter 'q' is required.")
    return query


def _clamped(text: str, usual: int, most: int) -> int:
    """As older clients know it: nothing that they send here is an error."""
    try:
        return max(1, min(most, int(text)))
    except ValueError:
        return usual


def _asked(
    request: Request,
    query: str,
    mode: Mode,
    limit: int,
    *,
    prefix: str = "",
    tag: str = "",
    sections: int = 2,
) -> Asked:
    """The question of this caller, who may be bound to some pages."""
    principal: Principal = request.scope["principal"]
    asked = Asked(query, mode, limit, prefix, tag, sections)
    if not principal.path_prefix:
        return asked
    return asked.bounded(principal.path_prefix, lambda key: covers(principal, key))


def _results(query: str, hits: Hits) -> dict[str, object]:
    results = [
        {"name": hit.name, "path": hit.path, "snippet": hit.snippet, "score": hit.score} for hit in hits.found
    ]
    return {"query": query, "results": results, "total": hits.total}


def _found(query: str, found: Found) -> dict[str, object]:
    said = found.answer
    body: dict[str, object] = {
        "query": query,
        "results": [_hit(hit, found.rules) for hit in said.hits],
        "total": said.total,
        "mode": said.mode.value,
        "behind": said.behind,
    }
    return body | ({"note": said.notice} if said.notice else {})


def _hit(hit: Hit, rules: WikiRules) -> dict[str, object]:
    best = hit.sections[0]
    return {
        "name": hit.title,
        "path": display(hit.id, rules),
        "snippet": best.snippet.text,
        "score": round(hit.score, 4),
        "section": best.name,
        "section_path": list(best.path),
        "matched": [*(["exact"] if hit.exact else []), *hit.legs],
    }


def _section(hit: Hit, section: Section, rules: WikiRules) -> models.SectionFields:
    return {
        "name": hit.title,
        "path": display(hit.id, rules),
        "text": section.text,
        "snippet": section.snippet.text,
        "distance": round(1.0 - (section.cosine or 0.0), 4),
        "section": section.name,
        "section_path": " > ".join(section.path),
        "chunk_index": section.index,
        "total_chunks": section.count,
        "page_word_count": hit.words,
    }
