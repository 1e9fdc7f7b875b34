"""One call of an agent: who calls through what, and the parts of the app that answer."""

from dataclasses import dataclass
from functools import cached_property

from auth import Deny, Principal, decide
from auth.acting import Refusal, note_refusal
from auth.policy import covers
from gateway.errors import GatewayError
from gateway.searching import Searching
from gateway.settings import Settings
from wiki_app.addresses import address
from wiki_app.names import resolve_new
from wiki_app.pages import Actor, PageService
from wiki_app.repository import Author
from wiki_app.rules import WikiRules
from wiki_app.store import Store


@dataclass(frozen=True)
class AgentServices:
    """The parts of the app that the door works with."""

    settings: Settings
    store: Store
    pages: PageService
    searching: Searching


@dataclass(frozen=True)
class Call:
    """`client` is what the caller's program says of itself; `base_url` is the wiki's, without a slash."""

    services: AgentServices
    principal: Principal
    base_url: str
    client: str | None = None
    agent: str | None = None
    request_id: str | None = None

    @property
    def pages(self) -> PageService:
        """The page service."""
        return self.services.pages

    def actor(self, idempotency_key: str = "") -> Actor:
        """Who changes something: the person as the author, the agent beside."""
        return Actor(
            Author(self.principal.name, self.principal.email),
            agent=self.principal.agent or self.agent,
            client=self.principal.client or self.client,
            request_id=self.request_id,
            idempotency_key=idempotency_key or None,
        )

    def require(self, operation: str, *paths: str) -> None:
        """Raises GatewayError when the caller may not do this, on one of the pages."""
        bound = bool(self.principal.path_prefix)
        keys: list[str | None] = [resolve_new(path, self._rules) for path in paths] if bound else []
        for key in keys or [None]:
            decision = decide(self.principal, operation, key)
            if isinstance(decision, Deny):
                note_refusal(Refusal(decision.code, operation, paths, self.agent))
                raise GatewayError(decision.code, decision.reason)

    def may(self, operation: str) -> bool:
        """Whether the caller may do this somewhere; for what is left out rather than refused."""
        return not isinstance(decide(self.principal, operation), Deny)

    def covers(self, key: str) -> bool:
        """Whether a page lies in the part of the wiki that the caller may see."""
        return covers(self.principal, key)

    def sees(self, path: str) -> bool:
        """The same for a display path."""
        return not self.principal.path_prefix or self.covers(resolve_new(path, self._rules))

    @cached_property
    def _rules(self) -> WikiRules:
        return self.services.pages.rules()

    def url(self, path: str) -> str:
        """The address of a page (or of `<page>/a/<file>`) in the browser."""
        return f"{self.base_url}{address(path)}"
