"""What every route needs: the services, and the caller as an author."""

from typing import Annotated, Protocol

from fastapi import Depends
from starlette.requests import Request

from auth import Principal
from gateway.keyword_search import KeywordSearch
from wiki_app.pages import Actor, PageService
from wiki_app.repository import Author


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


def _actor(request: Request) -> Actor:
    principal: Principal = request.scope["principal"]
    return Actor(
        Author(principal.name, principal.email),
        agent=principal.agent,
        client=principal.client,
        request_id=request.scope.get("request_id"),
    )


Pages = Annotated[PageService, Depends(_pages)]
Search = Annotated[KeywordSearch, Depends(_search)]
Caller = Annotated[Actor, Depends(_actor)]
