"""`GET /<page>.md`: a page's raw Markdown, for agents and scripts that speak neither MCP nor REST.

The address gives way to a page or an attachment of that very name, and to the wiki's own addresses.
"""

from datetime import UTC
from email.utils import format_datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from auth import Deny, Principal, decide
from gateway.errors import problem
from gateway.threads import in_thread
from wiki_app.errors import InvalidInput, NotFound, WikiError
from wiki_app.names import ENDING
from wiki_app.pages import PageService, PageView

OWN = ("-/", "static/", ".git/", "api/")
"""First parts of addresses at which the wiki serves something else than pages."""


class MarkdownPages:
    """In front of the wiki: answers for pages that exist, and lets everything else through."""

    def __init__(self, pages: PageService, wiki: ASGIApp) -> None:
        self._pages = pages
        self._wiki = wiki

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].lstrip("/")
        page = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"} and not path.startswith(OWN):
            page = await in_thread(self._page, path)
        if page is None:
            await self._wiki(scope, receive, send)
            return
        await _answer(Request(scope), page)(scope, receive, send)

    def _page(self, path: str) -> PageView | None:
        """The page of this address; None when something else stands there, or nothing."""
        if self._pages.has_file(path + ENDING) or self._is_attachment(path):
            return None
        try:
            return self._pages.read(path)
        except (NotFound, InvalidInput):
            return None

    def _is_attachment(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        page = folder.removesuffix("/a")
        if page == folder:
            return False
        try:
            return self._pages.has_file(f"{self._pages.key(page)}/{name}")
        except WikiError:
            return False


def _answer(request: Request, page: PageView) -> Response:
    principal: Principal | None = request.scope.get("principal")
    decision = decide(principal, "read", page.key) if principal else Deny("unauthenticated", "Who are you?")
    if isinstance(decision, Deny):
        return problem(decision.code, decision.reason)
    tag = f'"{page.revision}"'
    headers = {
        "ETag": tag,
        "Last-Modified": format_datetime(page.last_commit.commit.committed.astimezone(UTC), usegmt=True),
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    known = {item.strip().removeprefix("W/") for item in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(page.content, headers=headers, media_type="text/markdown; charset=utf-8")
