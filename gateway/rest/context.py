"""What every route needs: the services, and the caller as an author."""

from typing import Annotated, Protocol

from fastapi import Depends
from starlette.requests import Request

from auth import Principal
from gateway.indexing import Indexing
from gateway.keyword_search import KeywordSearch
from wiki_app.pages import Actor, PageService
from wiki_app.repository import Author
from wiki_app.store import Store


class RestServices(Protocol):
    """The part of gateway/services.py that REST uses."""

    @property
    def store(self) -> Store: ...

    @property
    def pages(self) -> PageService: ...

    @property
    def indexing(self) -> Indexing: ...


def _pages(request: Request) -> PageService:
    pages: PageService = request.app.state.pages
    return pages


def _search(request: Request) -> KeywordSearch:
    search: KeywordSearch = request.app.state.search
    return search


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
