"""What every route needs: the services, and the caller as an author."""

from typing import Annotated, Protocol

from fastapi import Depends, Header
from starlette.requests import Request

from auth import Principal
from gateway.keyword_search import KeywordSearch
from wiki_app.pages import Actor, PageService
from wiki_app.repository import Author

LONGEST_NAME = 80
"""Characters of an agent's or a client's name."""


class RestServices(Protocol):
    """The part of gateway/services.py that REST uses."""

    @property
    def pages(self) -> PageService: ...

    @property
    def keyword_search(self) -> KeywordSearch: ...


def _pages(request: Request) -> PageService:
    services: RestServices = request.app.state.services
    return services.pages


def _search(request: Request) -> KeywordSearch:
    services: RestServices = request.app.state.services
    return services.keyword_search


Key = Annotated[str | None, Header(description="The same key again within 24 hours changes nothing more")]
Agent = Annotated[str | None, Header(description="The agent that acts for you; the history names it")]


def _actor(request: Request, idempotency_key: Key = None, x_agent: Agent = None) -> Actor:
    principal: Principal = request.scope["principal"]
    return Actor(
        Author(principal.name, principal.email),
        agent=principal.agent or _line(x_agent),
        client=principal.client or (_line(request.headers.get("user-agent")) if x_agent else None),
        request_id=request.scope.get("request_id"),
        idempotency_key=idempotency_key,
    )


def _line(text: str | None) -> str | None:
    """One printable line, as a trailer of a commit must be."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())[:LONGEST_NAME] or None


Pages = Annotated[PageService, Depends(_pages)]
Search = Annotated[KeywordSearch, Depends(_search)]
Caller = Annotated[Actor, Depends(_actor)]
