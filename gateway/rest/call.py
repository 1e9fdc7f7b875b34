"""One request as a handler sees it: its inputs, read and valid, the services, and the caller as an author."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar, cast

from starlette.requests import Request

from auth import Principal
from gateway.keyword_search import KeywordSearch
from gateway.rest.inputs import Input, header
from gateway.searching import Searching
from wiki_app.pages import Actor, PageService
from wiki_app.repository import Author

T = TypeVar("T")

LONGEST_NAME = 80
"""Characters of an agent's or a client's name."""

KEY = header("idempotency-key", "The same key again within 24 hours changes nothing more")
AGENT = header("x-agent", "The agent that acts for you; the history names it")
ACTING = (KEY, AGENT)
"""What every route takes that changes something: `Call.actor` needs them."""


class RestServices(Protocol):
    """The part of gateway/services.py that REST uses."""

    @property
    def pages(self) -> PageService: ...

    @property
    def keyword_search(self) -> KeywordSearch: ...

    @property
    def searching(self) -> Searching: ...


class Call:
    """`call[X]` is the value of an input X that the route is declared to take."""

    def __init__(self, request: Request, values: Mapping[Input[Any], object]) -> None:
        self.request = request
        self._values = values

    def __getitem__(self, taken: Input[T]) -> T:
        return cast("T", self._values[taken])

    @property
    def path(self) -> str:
        """The page's path as the caller wrote it."""
        return page_path(self.request) or ""

    @property
    def pages(self) -> PageService:
        """The page service."""
        return self._services.pages

    @property
    def keyword_search(self) -> KeywordSearch:
        """The search by words alone."""
        return self._services.keyword_search

    @property
    def searching(self) -> Searching:
        """The search by meaning."""
        return self._services.searching

    @property
    def principal(self) -> Principal:
        """Who calls; the route's operation is allowed to them."""
        principal: Principal = self.request.scope["principal"]
        return principal

    @property
    def actor(self) -> Actor:
        """The caller as an author. The route must take ACTING."""
        principal, agent = self.principal, _line(self[AGENT])
        client = _line(self.request.headers.get("user-agent")) if self[AGENT] else None
        return Actor(
            Author(principal.name, principal.email),
            agent=principal.agent or agent,
            client=principal.client or client,
            request_id=self.request.scope.get("request_id"),
            idempotency_key=self[KEY],
        )

    @property
    def _services(self) -> RestServices:
        services: RestServices = self.request.app.state.services
        return services


def page_path(request: Request) -> str | None:
    """The page's path as the caller wrote it: part of the route, or the query's `path`."""
    path: str | None = request.path_params.get("path", request.query_params.get("path"))
    return path


def _line(text: str | None) -> str | None:
    """One printable line, as a trailer of a commit must be."""
    printable = "".join(char if char.isprintable() else " " for char in text or "")
    return " ".join(printable.split())[:LONGEST_NAME] or None
