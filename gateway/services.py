"""Everything that is opened when the app starts and closed when it ends."""

import gc
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from starlette.types import ASGIApp

from auth import Clock, utc_now
from auth.parts import Parts
from gateway.agents import AgentsDoor, AgentServices
from gateway.audit import writes_to
from gateway.browser_search import BrowserSearch
from gateway.data_folder import prepare, session_key
from gateway.identity import open_identity
from gateway.indexing import Indexing
from gateway.keyword_search import KeywordSearch
from gateway.lazy import LazyApp
from gateway.metrics import Metrics
from gateway.searching import Searching
from gateway.settings import Settings
from gateway.snapshots import Snapshots
from gateway.start import StartError
from gateway.threads import in_thread
from gateway.wiki import LazyWiki, MountedWiki
from search.keywords import KeywordIndex
from wiki_app.accounts import WikiAccounts
from wiki_app.errors import WikiError
from wiki_app.pages import PageService
from wiki_app.preferences import Preferences
from wiki_app.rights import WikiRights
from wiki_app.starter import create_starter
from wiki_app.store import Store

INDEX_DELAY = 1.5  # seconds; where a process may be frozen between requests, nothing may wait


@dataclass(frozen=True)
class RestParts:
    """What the REST interface works with (gateway/rest/context.py)."""

    pages: PageService
    keyword_search: KeywordSearch
    searching: Searching


@dataclass(frozen=True)
class Services:
    """The parts, opened. Synchronous ones are called through `gateway.threads.in_thread`."""

    settings: Settings
    clock: Clock
    started: datetime
    metrics: Metrics
    preferences: Preferences
    rights: WikiRights
    identity: Parts
    store: Store
    pages: PageService
    keywords: KeywordIndex
    indexing: Indexing
    snapshots: Snapshots
    keyword_search: KeywordSearch
    searching: Searching
    rest: LazyApp[ASGIApp]
    wiki: LazyWiki
    agents: AgentsDoor

    async def search_work(self, seconds: float) -> int:
        """A bounded slice of the search's backlog, for homes where nothing runs between two events; how many
        parts of pages are still found by their words only (0: all done, and the vectors are saved)."""
        return await self.searching.work(seconds)


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[Services]:
    """Open all, in order; close all, in the other order. Raises StartError with one sentence."""
    async with AsyncExitStack() as stack:
        await in_thread(prepare, settings)
        preferences = Preferences(settings.database, settings.otterwiki)
        stack.callback(preferences.close)
        refuse_open_writing(settings, preferences)
        accounts = stack.enter_context(closing(WikiAccounts(settings.database)))
        snapshots = stack.enter_context(closing(Snapshots(settings)))
        store = await in_thread(_open_store, settings, preferences, clock, snapshots)
        stack.push_async_callback(in_thread, store.close)
        keywords = await in_thread(KeywordIndex, settings.cache_folder / "keywords.db")
        stack.push_async_callback(in_thread, keywords.close)
        publish = partial(snapshots.publish, store, keywords)
        store.catalog.on_many = publish
        stack.push_async_callback(in_thread, publish)  # the vectors are saved by then
        indexing = Indexing(store, keywords, on_many=publish)
        searching = Searching(settings, store, keywords, indexing, clock)
        finder = BrowserSearch(searching, related=settings.embeddings != "none")
        wiki = LazyWiki(partial(_load_wiki, settings, store, finder))
        stack.push_async_callback(wiki.close)
        pages = PageService(store, preferences.rules, clock)
        rights = stack.enter_context(closing(WikiRights(settings.database, preferences)))
        stack.push_async_callback(searching.close)
        keyword_search = KeywordSearch(store, indexing)
        rest = LazyApp(partial(_load_rest, RestParts(pages, keyword_search, searching)))
        agents = AgentsDoor(AgentServices(settings, store, pages, searching))
        stack.push_async_callback(agents.close)
        identity = await in_thread(open_identity, settings, preferences, accounts, rights, clock)
        stack.callback(identity.database.close)
        store.on_commit(writes_to(identity.audit, store.repository))
        yield Services(
            settings=settings,
            clock=clock,
            started=clock(),
            metrics=Metrics(),
            preferences=preferences,
            rights=rights,
            identity=identity,
            store=store,
            pages=pages,
            keywords=keywords,
            indexing=indexing,
            snapshots=snapshots,
            keyword_search=keyword_search,
            searching=searching,
            rest=rest,
            wiki=wiki,
            agents=agents,
        )


async def warm(services: Services) -> None:
    """Load what a first request would wait for: wiki, MCP, catalog, indexes, model. Raises StartError."""
    try:
        await services.wiki.load()
        await services.rest.load()
        await services.agents.load()
        await in_thread(services.searching.catch_up)
        await services.searching.load()
        gc.freeze()  # what is loaded by now stays: no later collection need look through it
    except WikiError as error:
        raise StartError(error.message) from error


def refuse_open_writing(settings: Settings, preferences: Preferences) -> None:
    """A wiki that others can reach and anybody can write is asked for by name, or does not start."""
    if settings.local_only or settings.allow_anonymous_write:
        return
    try:
        access = preferences.access()
    except sqlite3.Error as error:
        raise StartError(f"{settings.database} cannot be read: {error}.") from error
    if access.read.upper() == access.write.upper() == "ANONYMOUS":
        raise StartError(
            "Anybody who reaches this wiki could write to it: set WRITE_ACCESS=APPROVED (or REGISTERED), "
            "or say WIKIBOT_ALLOW_ANONYMOUS_WRITE=true if that is meant."
        )


def _open_store(settings: Settings, preferences: Preferences, clock: Clock, snapshots: Snapshots) -> Store:
    delay = INDEX_DELAY if settings.load == "start" else 0
    try:
        store = Store.open(
            settings.data, settings.cache_folder, preferences.rules, clock=clock, index_delay=delay
        )
        snapshots.fetch(store)
        create_starter(store, clock, retain_case=preferences.rules().retain_case)
    except WikiError as error:
        raise StartError(error.message) from error
    return store


def _load_rest(parts: RestParts) -> ASGIApp:
    from gateway.rest.app import create_rest  # late: forty routes, which pages and agents never need

    return create_rest(parts)


def _load_wiki(settings: Settings, store: Store, finder: BrowserSearch) -> MountedWiki:
    # Late: Flask and Otter Wiki take a second, and a Lambda that answers REST alone never needs them.
    from wiki_app.mount import mount
    from wiki_app.otter import OtterConfig, start_wiki

    config = OtterConfig(
        repository=settings.repository,
        database=settings.database,
        secret_key=session_key(settings),
        settings=settings.otterwiki,
        secure_cookies=(settings.public_url or "").startswith("https://"),
        public_url=settings.public_url,
        programs_need_token=settings.api_key is not None,
        one_at_a_time=settings.load == "first-use",
    )
    return mount(start_wiki(config, store, finder), workers=settings.threads)
