"""`/-/related/<page>`: the pages that say something like a page, as its view fetches them.

They are asked for by themselves once a page is shown, because they change with other pages' texts and with
every vector that is computed: inside the page they would make its kept copy wrong, or slow.
"""

import json
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from auth import Deny, decide
from gateway import etags
from gateway.browser_search import asked_by
from gateway.errors import problem
from gateway.searching import Asked, Searching
from search.errors import SearchError
from wiki_app.addresses import address
from wiki_app.errors import WikiError
from wiki_app.names import display

SHOWN = 6


class RelatedServices(Protocol):
    """The part of gateway/services.py that is used here."""

    @property
    def searching(self) -> Searching: ...


class RelatedPages:
    """Answers `{"related": [{"title", "path", "url"}, …]}`, nearest first, for those who may read the page;
    an empty list where there are none, no vectors yet, or no such page."""

    def __init__(self, services: RelatedServices) -> None:
        self._searching = services.searching

    async def answer(self, request: Request) -> Response:
        """One request."""
        path: str = request.path_params["path"]
        caller = request.scope["principal"]
        decision = decide(caller, "read", path)
        if isinstance(decision, Deny):
            return problem(decision.code, decision.reason)
        pages = await self._pages(path, asked_by(caller, Asked("", limit=SHOWN)))
        content = json.dumps({"related": pages}, ensure_ascii=False).encode()
        asked = request.headers.get("if-none-match")
        return etags.tagged(content, etags.tag_of(content), asked, "application/json")

    async def _pages(self, path: str, asked: Asked) -> list[dict[str, str]]:
        try:
            near, rules = await self._searching.related(path, asked)
        except (SearchError, WikiError):
            return []  # a page is read without them as well
        shown = [(one.title, display(one.id, rules)) for one in near]
        return [{"title": title, "path": path, "url": address(path)} for title, path in shown]
