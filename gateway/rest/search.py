"""Search by words, by meaning and by both; the index behind it."""

from typing import TypedDict

from starlette.responses import Response

from auth.policy import covers
from gateway.errors import GatewayError
from gateway.keyword_search import Hits
from gateway.rest.answers import answer
from gateway.rest.call import Call
from gateway.rest.contract import Routes
from gateway.rest.inputs import choice, optional, text, whole
from gateway.rest.params import number
from gateway.searching import Asked, Found, Searching
from gateway.threads import in_thread
from search.answers import Hit, Mode, Section
from search.errors import SearchUnavailable
from wiki_app.names import display
from wiki_app.rules import WikiRules

routes = Routes("search")

USUAL, MOST = 10, 100
"""Hits of a search by meaning."""

Q = text("q")
MODE = choice("mode", "keyword", "hybrid", "semantic")
LIMIT = whole("limit", low=1)
PREFIX = text("prefix")
TAG = optional("tag")
N = text("n", "5")
SECTIONS = text("max_chunks_per_page", "2")


@routes.add("GET", "/search", "search", "SearchResults", takes=[Q, MODE, LIMIT, PREFIX, TAG], errors=(503,))
async def search(call: Call) -> Response:
    """Pages by relevance: `keyword` as older clients know it, `hybrid` by words and meaning, `semantic`.

    `behind` counts parts of pages that the search by meaning does not know yet.
    """
    query, mode, limit = _query(call), Mode(call[MODE]), call[LIMIT]
    if mode is Mode.KEYWORD:
        asked = _asked(call, query, mode, USUAL, prefix=call[PREFIX], tag=call[TAG] or "")
        return answer(_results(query, await in_thread(call.keyword_search.find, asked, limit)))
    most = min(limit or USUAL, MOST)
    asked = _asked(call, query, mode, most, prefix=call[PREFIX], tag=call[TAG] or "")
    return answer(_found(query, await call.searching.query(asked)))


@routes.add("GET", "/semantic-search", "search", "SectionResults", takes=[Q, N, SECTIONS], errors=(503,))
async def semantic_search(call: Call) -> Response:
    """Sections by meaning, nearest first."""
    query = _query(call)
    most, sections = number(call[N], 5, low=1, high=50), number(call[SECTIONS], 2, low=1, high=5)
    found = await call.searching.query(_asked(call, query, Mode.SEMANTIC, most, sections=sections))
    results = [_section(hit, section, found.rules) for hit in found.answer.hits for section in hit.sections]
    results.sort(key=lambda result: result["distance"])
    return answer({"query": query, "results": results[:most], "total": len(results[:most])})


@routes.add("POST", "/reindex", "reindex", "Health", success=(202,), errors=(409, 503))
async def reindex(call: Call) -> Response:
    """Make the index by meaning anew, in the background; what was embedded before is not embedded again."""
    await _with_model(call.searching)
    call.searching.reindexing.start()
    return answer({"status": "started"}, 202)


@routes.add("GET", "/reindex/status", "search", "Reindexed", errors=(503,))
async def reindex_status(call: Call) -> Response:
    """How far that is, or how the last one went."""
    await _with_model(call.searching)
    return answer(call.searching.reindexing.status)


@routes.add("GET", "/chroma-status", None, "VectorStatus")
async def vector_status(call: Call) -> Response:
    """The state of the search by meaning, under the name that older clients know."""
    state = await call.searching.state()
    return answer(
        {
            "status": "connected" if state.model else "unavailable",
            "backend_type": "faiss" if state.model else "none",
            "collection": state.model,
            "document_count": state.chunks - state.behind if state.model else 0,
        }
    )


class SectionFields(TypedDict):
    """A section as it is sent."""

    name: str
    path: str
    text: str
    snippet: str
    distance: float
    section: str
    section_path: str
    chunk_index: int
    total_chunks: int
    page_word_count: int


async def _with_model(searching: Searching) -> None:
    state = await searching.state()
    if state.model is None:
        raise SearchUnavailable(state.problem)


def _query(call: Call) -> str:
    query = call[Q].strip()
    if not query:
        raise GatewayError("invalid_input", "Query parameter 'q' is required.")
    return query


def _asked(
    call: Call, query: str, mode: Mode, limit: int, *, prefix: str = "", tag: str = "", sections: int = 2
) -> Asked:
    """The question of this caller, who may be bound to some pages."""
    principal = call.principal
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


def _section(hit: Hit, section: Section, rules: WikiRules) -> SectionFields:
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
