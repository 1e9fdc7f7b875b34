"""The wiki for programs that only fetch: `/<page>.md` is a page's Markdown, `/llms.txt` says what there is.

Both stand aside for the wiki's own page or attachment of that very name, and for what is no plain reading
(a query such as `?edit`, a form). A person who follows a link to `page.md` inside the wiki gets the page, as
Otter Wiki has it; who asks for the address itself gets the text.
"""

from collections.abc import Callable
from email.utils import format_datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from auth import Deny, Principal, decide
from gateway import etags
from gateway.errors import problem
from gateway.llms import overview
from gateway.settings import Settings
from gateway.threads import in_thread
from wiki_app.addresses import address
from wiki_app.errors import InvalidInput, NotFound
from wiki_app.names import ENDING, file_of
from wiki_app.pages import PageService
from wiki_app.preferences import Preferences
from wiki_app.store import Store

MARKDOWN = "text/markdown"
GUARDS = {"X-Content-Type-Options": "nosniff", "Vary": "Sec-Fetch-Site"}


class RawServices(Protocol):
    """The part of gateway/services.py that is used here."""

    @property
    def settings(self) -> Settings: ...

    @property
    def pages(self) -> PageService: ...

    @property
    def preferences(self) -> Preferences: ...

    @property
    def store(self) -> Store: ...

    @property
    def wiki(self) -> ASGIApp: ...


Answer = Callable[[RawServices, Request], Response | None]


class Raw:
    """Asks `answer`, in a thread; None means that the request is the wiki's."""

    def __init__(self, services: RawServices, answer: Answer) -> None:
        self._services = services
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope)
        found = await in_thread(self._answer, self._services, request) if _is_reading(request) else None
        await (found or self._services.wiki)(scope, receive, send)


def _is_reading(request: Request) -> bool:
    inside = request.headers.get("sec-fetch-site") == "same-origin"
    follows_link = inside and request.headers.get("sec-fetch-dest") == "document"
    return request.method in {"GET", "HEAD"} and not request.scope["query_string"] and not follows_link


def raw_page(services: RawServices, request: Request) -> Response | None:
    """A page's text; its tag is the page's revision, which REST and MCP take as the base of a change."""
    path: str = request.path_params["path"]
    refused = _refusal(request, path)
    if refused is not None or _has_own(services.store, path):
        return refused
    try:
        page = services.pages.read(path)
    except (NotFound, InvalidInput):
        return None
    headers = {
        **GUARDS,
        "Last-Modified": format_datetime(page.last_commit.commit.authored),
        "Link": f'<{base_url(services.settings, request)}{address(page.path)}>; rel="canonical"',
    }
    asked = request.headers.get("if-none-match")
    return etags.tagged(page.content.encode(), f'"{page.revision}"', asked, MARKDOWN, headers)


def _has_own(store: Store, path: str) -> bool:
    """Whether the address with its ending is a page's ("notes.md.md") or, below `/a/`, an attachment's."""
    page, marker, name = path.rpartition("/a/")
    with store.view() as view:
        wanted = [file_of(path + ENDING)] + ([f"{page}/{name}{ENDING}"] if marker else [])
        return any(view.snapshot.entry(form) for name in wanted for form in (name, name.lower()))


def llms_text(services: RawServices, request: Request) -> Response | None:
    """What this wiki is and where its doors are (https://llmstxt.org); the owner's own file goes before."""
    refused = _refusal(request, None)
    if refused is not None:
        return refused
    with services.store.view() as view:
        if view.page("llms.txt"):
            return None
        own = view.snapshot.read("llms.txt") if view.snapshot.entry("llms.txt") else None
        principal: Principal = request.scope["principal"]
        url = base_url(services.settings, request)
        text = own or overview(view, services.preferences.site(), url, principal).encode()
    asked = request.headers.get("if-none-match")
    return etags.tagged(text, etags.tag_of(text), asked, "text/plain", GUARDS)


def _refusal(request: Request, path: str | None) -> Response | None:
    decision = decide(request.scope["principal"], "read", path)
    return problem(decision.code, decision.reason) if isinstance(decision, Deny) else None


def base_url(settings: Settings, request: Request) -> str:
    """The wiki's address without a slash at its end: the one that is set, else the one that was asked for."""
    return settings.public_url or f"{request.url.scheme}://{request.url.netloc}"
