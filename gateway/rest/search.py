"""Search by words; search by meaning answers as soon as the wiki has it."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.keyword_search import Hits
from gateway.rest import models
from gateway.rest.answers import answer
from gateway.rest.context import Search
from gateway.rest.contract import contract, router
from gateway.threads import in_thread
from search.errors import SearchUnavailable

routes = router("search")

NO_MEANING = "This wiki has no search by meaning; use /search?mode=keyword."
Mode = Literal["keyword", "hybrid", "semantic"]


@routes.get("/search", **contract("search", models.SearchResults, 503))
async def search(
    finder: Search,
    q: str = "",
    mode: Mode = "keyword",
    limit: Annotated[int | None, Query(ge=1)] = None,
    prefix: str = "",
    tag: str | None = None,
) -> Response:
    """Pages by relevance. `hybrid` answers from the words alone while there is no search by meaning."""
    query = _query(q)
    if mode == "semantic":
        raise SearchUnavailable(NO_MEANING)
    hits = await in_thread(
        finder.find, query, limit=limit, prefix=prefix.strip(), tag=(tag or "").strip() or None
    )
    body = _results(query, hits)
    if mode == "hybrid":
        body |= {"mode": "keyword", "note": NO_MEANING}
    return answer(body)


def _query(q: str) -> str:
    query = q.strip()
    if not query:
        raise GatewayError("invalid_input", "Query parameter 'q' is required.")
    return query


def _results(query: str, hits: Hits) -> dict[str, object]:
    results = [
        {"name": hit.name, "path": hit.path, "snippet": hit.snippet, "score": hit.score} for hit in hits.found
    ]
    return {"query": query, "results": results, "total": hits.total}


@routes.get("/semantic-search", **contract("search", models.SearchResults, 503))
async def semantic_search(q: str = "") -> Response:
    """Sections by meaning."""
    _query(q)
    raise SearchUnavailable(NO_MEANING)


@routes.post("/reindex", **contract("reindex", models.Health, 409, 503, status=202))
async def reindex() -> Response:
    """Make the index by meaning anew."""
    raise SearchUnavailable(NO_MEANING)


@routes.get("/reindex/status", **contract("search", models.Health, 503))
async def reindex_status() -> Response:
    """How far that is."""
    raise SearchUnavailable(NO_MEANING)
