"""The search as the wiki's own page asks for it: from a thread, with the caller of its request."""

import asyncio
from collections.abc import Callable

from auth import Principal
from auth.policy import covers
from gateway.searching import Asked, Found, Searching
from search.answers import Hit
from search.errors import SearchError
from wiki_app.errors import Unavailable
from wiki_app.finding import FoundPage, FoundPages, FoundSection
from wiki_app.names import display
from wiki_app.rules import WikiRules

PATIENCE = 20.0
"""Seconds that a thread of the wiki waits for an answer: the first one may load a model."""
RELATED = "/-/related"


class BrowserSearch:
    """A Finder (wiki_app/finding.py). Made on the loop that the search belongs to."""

    def __init__(self, searching: Searching, *, related: bool) -> None:
        self._searching = searching
        self._related = related
        self._loop = asyncio.get_running_loop()

    @property
    def related_at(self) -> str:
        """Where gateway/related.py answers, if there is a search by meaning."""
        return RELATED if self._related else ""

    def find(self, caller: object, text: str, limit: int) -> FoundPages:
        """By words and meaning. Blocks. Raises Unavailable."""
        asked = asked_by(caller, Asked(text, limit=limit))
        future = asyncio.run_coroutine_threadsafe(self._searching.query(asked), self._loop)
        try:
            return _pages(future.result(PATIENCE))
        except TimeoutError as error:
            future.cancel()
            raise Unavailable("The search does not answer now; try again in a moment.") from error
        except SearchError as error:
            raise Unavailable(error.message) from error

    def seen_by(self, caller: object) -> Callable[[str], bool]:
        """Which pages a caller may see."""
        return lambda key: isinstance(caller, Principal) and covers(caller, key)


def asked_by(caller: object, asked: Asked) -> Asked:
    """The question of a caller, who may be bound to some pages; whoever is nobody sees none."""
    if not isinstance(caller, Principal):
        return asked.bounded("", lambda _: False)
    if not caller.path_prefix:
        return asked
    return asked.bounded(caller.path_prefix, lambda key: covers(caller, key))


def _pages(found: Found) -> FoundPages:
    said = found.answer
    pages = tuple(_page(hit, found.rules) for hit in said.hits)
    return FoundPages(pages, said.total, said.behind, said.notice)


def _page(hit: Hit, rules: WikiRules) -> FoundPage:
    sections = (FoundSection(one.path, one.snippet.text, one.snippet.marks) for one in hit.sections)
    why = (*(("exact",) if hit.exact else ()), *hit.legs)
    return FoundPage(display(hit.id, rules), hit.title, why, tuple(sections))
