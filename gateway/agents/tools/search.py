"""search: find pages by what they say."""

import re
from typing import Literal

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.errors import GatewayError
from search.errors import SearchUnavailable
from search.keywords import Candidate
from search.words import identifiers, words
from wiki_app.catalog import CatalogView, PageRecord
from wiki_app.names import display
from wiki_app.text import headings

BEFORE, AFTER = 80, 220
"""Characters of a snippet."""
FILTERED = 500
"""Candidates that are looked at when not every page counts."""
HEADINGS_UP_TO = 50_000
"""Characters of a text that is searched for the hit's heading."""
NO_MEANING = "This wiki has no search by meaning: these are the hits by words."


class SearchArguments(Shape):
    query: str = Field(description="Words, names, identifiers or error codes")
    mode: Literal["hybrid", "keyword", "semantic"] = Field(
        "hybrid", description="Words and meaning, or one of both"
    )
    prefix: str = Field("", description="Only pages whose path begins so")
    tag: str = Field("", description="Only pages with this tag")
    limit: int = Field(10, ge=1, le=50, description="Hits")


def search(call: Call, asked: SearchArguments) -> Body:
    """Hits, best first."""
    query = asked.query.strip()
    if not query:
        raise GatewayError("invalid_input", "query is empty: say what to look for.")
    if asked.mode == "semantic":
        raise SearchUnavailable("This wiki has no search by meaning: use mode 'keyword'.")
    narrowed = bool(asked.prefix.strip() or asked.tag.strip() or call.principal.path_prefix)
    with call.services.store.view() as view:
        looked_at = FILTERED if narrowed else asked.limit + 1
        found = call.services.indexing.candidates(view, query, looked_at, exhaustive=False).found
        hits = _filtered(call, view, asked, found) if narrowed else found
        highest = max((hit.rank for hit in hits), default=0.0) or 1.0
        pattern = _pattern(query)
        results = [_hit(call, view, hit, pattern, highest) for hit in hits[: asked.limit]]
    body: Body = {"query": query, "mode": "keyword", "results": results, "more": len(hits) > asked.limit}
    if asked.mode == "hybrid":
        body["note"] = NO_MEANING
    if not results:
        body["next_step"] = "Try other or fewer words; list_pages shows what there is."
    return body


def _filtered(
    call: Call, view: CatalogView, asked: SearchArguments, found: list[Candidate]
) -> list[Candidate]:
    prefix, tag = asked.prefix.strip().lstrip("/"), asked.tag.strip().casefold()
    prefixes = (prefix,) if view.rules.retain_case else (prefix, prefix.lower())

    def passes(hit: Candidate) -> bool:
        key = hit.document.id
        if not key.startswith(prefixes) or not call.covers(key):
            return False
        return not tag or _has_tag(view.page(key), tag)

    return [hit for hit in found if passes(hit)]


def _has_tag(page: PageRecord | None, tag: str) -> bool:
    return page is not None and tag in (name.casefold() for name in page.tags)


def _hit(call: Call, view: CatalogView, hit: Candidate, pattern: re.Pattern[str], highest: float) -> Body:
    document = hit.document
    path = display(document.id, view.rules)
    match = pattern.search(document.body)
    result: Body = {"id": document.id, "title": document.title, "path": path, "url": call.url(path)}
    section = _section(document.body, match.start()) if match else ""
    if section:
        result["section"] = section
    result["snippet"] = _snippet(document.body, match)
    result["score"] = 1.0 if hit.exact else round(min(1.0, hit.rank / highest), 3)
    result["matched"] = [*(["exact"] if hit.exact else []), "keyword" if hit.rank else "part of a word"]
    return result


def _pattern(query: str) -> re.Pattern[str]:
    """The query as a phrase, else an identifier of it, else one of its words."""
    terms = [query, *identifiers(query), *sorted(words(query), key=len, reverse=True)]
    return re.compile("|".join(re.escape(term) for term in dict.fromkeys(terms)), re.IGNORECASE)


def _snippet(body: str, match: re.Match[str] | None) -> str:
    at = match.start() if match else 0
    start, end = max(0, at - BEFORE), min(len(body), at + AFTER)
    text = " ".join(body[start:end].split())
    return ("…" if start else "") + text + ("…" if end < len(body) else "")


def _section(body: str, position: int) -> str:
    """The heading that a place stands under."""
    if len(body) > HEADINGS_UP_TO or "#" not in body[: position + 1]:
        return ""
    end = body.find("\n", position)
    above = headings.outline(body if end < 0 else body[:end])
    return above[-1].text if above else ""


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
