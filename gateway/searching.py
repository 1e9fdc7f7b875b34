"""Search by words and meaning for every door: caught up with the last commit before each answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from auth import Clock
from gateway.embeddings import OpenedSearch
from gateway.indexing import Indexing
from gateway.reindexing import Reindexing
from gateway.settings import Settings
from gateway.threads import in_thread
from search.answers import Answer, Mode, Progress, SearchState
from search.documents import Filter
from search.errors import IndexDamaged, SearchError
from search.keywords import KeywordIndex
from wiki_app.errors import WikiError
from wiki_app.names import resolve, shown
from wiki_app.rules import WikiRules
from wiki_app.store import Store

if TYPE_CHECKING:
    from search.related import Neighbour
    from search.service import SearchService

log = logging.getLogger("wikibot.search")
T = TypeVar("T")

LOOK = 2.0
"""Seconds between two looks for new commits, so that they are embedded before somebody asks."""
BOUND = 4
"""A token that is bound to some pages is asked for so many times the limit: hits beside them are dropped."""


@dataclass(frozen=True)
class Asked:
    """A question. `prefix` and `tag` narrow it; `covers` says of a page's id whether the caller may see it,
    and `bound` is the beginning that all of these ids share."""

    text: str
    mode: Mode = Mode.HYBRID
    limit: int = 10
    prefix: str = ""
    tag: str = ""
    sections: int = 2
    bound: str = ""
    covers: Callable[[str], bool] | None = None

    def bounded(self, bound: str, covers: Callable[[str], bool]) -> "Asked":
        """The same question of somebody who may see some pages only."""
        return replace(self, bound=bound, covers=covers)

    def within(self, rules: WikiRules) -> Filter:
        """Which pages may be found, as PageService.list has it. `covers` is stricter than a filter can be."""
        prefix = self.prefix.strip().lstrip("/")
        both = (prefix,) if rules.retain_case else tuple({prefix, prefix.lower()})
        bound = self.bound.strip("/")
        tag = self.tag.strip().casefold()
        return Filter((bound,) if bound else (), both if prefix else (), tag or None)

    def sees(self, key: str) -> bool:
        """Whether the caller may see the page with this id."""
        return self.covers is None or self.covers(key)


@dataclass(frozen=True)
class Found:
    """The answer, and the rules by which ids become display paths."""

    answer: Answer
    rules: WikiRules


class Searching:
    """Opens the search with the first question (or `load`), on the loop that asks; closes it with the app."""

    def __init__(
        self, settings: Settings, store: Store, keywords: KeywordIndex, indexing: Indexing, clock: Clock
    ) -> None:
        self._settings = settings
        self._store = store
        self._keywords = keywords
        self._indexing = indexing
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._opened: OpenedSearch | None = None
        self._watching: asyncio.Task[None] | None = None
        self.reindexing = Reindexing(self.rebuild, clock)

    @property
    def loaded(self) -> bool:
        """Whether the model and the vectors are in memory."""
        return self._opened is not None

    async def load(self) -> str:
        """Open it; the sentence that says what it searches with."""
        opened = await self._open()
        if opened.model is None:
            log.warning("search by words only: %s", opened.without)
            return opened.without
        model = opened.model.model
        log.info("search by words and meaning: %s, %d dimensions", model.id, model.dimensions)
        return model.id

    async def query(self, asked: Asked) -> Found:
        """The best pages, as of the newest commit. Raises SearchUnavailable."""
        service = (await self._open()).service
        within, rules = await in_thread(self._caught_up, asked)

        async def ask() -> Answer:
            limit = asked.limit * BOUND if asked.covers else asked.limit
            return await service.query(
                asked.text, mode=asked.mode, limit=limit, within=within, sections=asked.sections
            )

        answer = await self._whole(ask)
        return Found(_seen(answer, asked), rules)

    async def related(self, path: str, asked: Asked) -> tuple[list["Neighbour"], WikiRules]:
        """The pages nearest to one, as of the newest commit, of those that `asked` bounds; none without a
        model. Nothing is embedded. Raises SearchUnavailable, InvalidInput."""
        service = (await self._open()).service
        within, rules = await in_thread(self._caught_up, asked)
        key = await in_thread(self._key, path)
        near = await self._whole(lambda: service.related(shown(key), asked.limit, within))
        return [one for one in near if asked.covers is None or asked.covers(one.id)], rules

    async def rebuild(self, report: Callable[[Progress], None] | None = None) -> Progress:
        """Chunks and vectors anew. Raises SearchUnavailable, RebuildRunning."""
        service = (await self._open()).service
        await in_thread(self.catch_up)
        return await self._whole(lambda: service.rebuild(report))

    async def work(self, seconds: float) -> int:
        """Embed what is pending, for so many seconds; how many parts of pages are still behind."""
        service = (await self._open()).service
        await in_thread(self.catch_up)
        return await self._whole(lambda: service.work(seconds))

    async def state(self) -> SearchState:
        """How it stands."""
        service = (await self._open()).service
        return await self._whole(service.state)

    def catch_up(self) -> None:
        """Bring the keyword index to the newest commit; a damaged one is made anew. Blocks."""
        self._caught_up(Asked(""))

    async def close(self) -> None:
        """Background work ends, the vectors are saved."""
        await self.reindexing.close()
        if self._watching:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        await self._stack.aclose()

    async def _open(self) -> OpenedSearch:
        async with self._opening:
            if self._opened is None:
                # Not in the app's own threads: a search may wait in all of them.
                opened = await asyncio.to_thread(OpenedSearch.prepared, self._settings, self._keywords)
                self._stack.push_async_callback(opened.close)
                await self._stack.enter_async_context(opened.service)
                if self._settings.load == "start":
                    self._watching = asyncio.create_task(self._watch(opened.service), name="search-watch")
                self._opened = opened
            return self._opened

    async def _watch(self, service: "SearchService") -> None:
        """Whoever commits, through whatever door: what is new is embedded in the background."""
        while True:
            await asyncio.sleep(LOOK)
            with suppress(SearchError, WikiError, OSError):
                if await in_thread(self._behind):
                    await in_thread(self.catch_up)
                    service.changed()

    def _behind(self) -> bool:
        with self._store.view() as view:
            return self._indexing.behind(view)

    def _key(self, path: str) -> str:
        with self._store.view() as view:
            return resolve(path, view.rules, exists=lambda key: view.page(key) is not None)

    def _caught_up(self, asked: Asked) -> tuple[Filter, WikiRules]:
        with self._store.view() as view:
            try:
                self._indexing.catch_up(view)
            except IndexDamaged:
                self._keywords.reset()
                self._indexing.catch_up(view)
            return asked.within(view.rules), view.rules

    async def _whole(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What is asked of the index; when that turns out to be damaged, of the one made anew."""
        try:
            return await ask()
        except IndexDamaged:
            await in_thread(self._keywords.reset)
            await in_thread(self.catch_up)
            return await ask()


def _seen(answer: Answer, asked: Asked) -> Answer:
    if asked.covers is None:
        return answer
    hits = [hit for hit in answer.hits if asked.sees(hit.id)]
    return Answer(hits[: asked.limit], len(hits), answer.mode, answer.behind, answer.notice)
