"""`wikibot doctor`: what is in order here, what is not, and what to do about it."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gateway.data_folder import check_git, check_layout
from gateway.embeddings import intended, missing, tried
from gateway.indexing import Indexing
from gateway.services import refuse_open_writing
from gateway.settings import Settings, load_settings, unknown_variables
from gateway.start import StartError
from search.errors import SearchError
from search.keywords import KeywordIndex
from wiki_app.errors import WikiError
from wiki_app.preferences import Preferences
from wiki_app.store import Store

State = Literal["ok", "note", "FAIL"]
FSCK_SECONDS = 600
SHOWN = 20  # names at most
FAULTS = (StartError, WikiError, SearchError, OSError, sqlite3.Error)


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    state: State
    part: str
    text: str


def doctor(*, data: Path | None) -> int:
    """Print a line for each finding; 1 if one is a failure, else 0. A wrong setting raises StartError."""
    settings = load_settings(data=data)
    failed = False
    for finding in findings(settings):
        failed = failed or finding.state == "FAIL"
        print(f"{finding.state:4}  {finding.part}: {finding.text}")
    return int(failed)


def findings(settings: Settings) -> Iterator[Finding]:
    """All checks in order; those of the store only where there is one."""
    yield from _guarded("settings", lambda: _settings(settings))
    yield from _guarded("git", lambda: [Finding("ok", "git", check_git())])
    yield from _guarded("data folder", lambda: _folder(settings))
    yield from _guarded("embedding model", lambda: _model(settings))
    if not (settings.repository / ".git").exists():
        yield Finding("FAIL", "store", f"{settings.data} holds no wiki yet: wikibot serve makes one.")
        return
    yield from _guarded("store", lambda: _store(settings))


def _guarded(part: str, check: Callable[[], "list[Finding]"]) -> list[Finding]:
    try:
        return check()
    except FAULTS as error:
        return [Finding("FAIL", part, str(error))]


def _settings(settings: Settings) -> list[Finding]:
    notes = [Finding("note", "settings", sentence) for sentence in unknown_variables()]
    with closing(Preferences(settings.database, settings.otterwiki)) as preferences:
        refuse_open_writing(settings, preferences)
    who = "this machine only" if settings.local_only else f"whoever reaches {settings.host}"
    return [*notes, Finding("ok", "settings", f"for {who}; OTTERWIKI_API_KEY {_set(settings.api_key)}")]


def _model(settings: Settings) -> list[Finding]:
    """Missing is a choice (search by words); there, but another file or without an answer, is a failure."""
    if settings.embeddings in {"none", "stand-in"} or missing(settings):
        return [Finding("note", "embedding model", intended(settings))]
    return [Finding("ok", "embedding model", asyncio.run(tried(settings)))]


def _folder(settings: Settings) -> list[Finding]:
    check_layout(settings.data)
    if not settings.data.is_dir():
        return [Finding("FAIL", "data folder", f"{settings.data} does not exist: wikibot serve makes it.")]
    found = [Finding("ok", "data folder", str(settings.data.absolute()))]
    key = settings.data / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        found.append(Finding("FAIL", "secret_key", f"others can read it: chmod 600 {key}"))
    return found


def _store(settings: Settings) -> list[Finding]:
    with (
        closing(Preferences(settings.database, settings.otterwiki)) as preferences,
        closing(Store.open(settings.data, settings.cache_folder, preferences.rules)) as store,
    ):
        return [*_repository(store), *_working_files(store), *_catalog(store), *_keywords(settings, store)]


def _repository(store: Store) -> list[Finding]:
    store.git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress", timeout=FSCK_SECONDS)
    return [Finding("ok", "store", f"sound; HEAD {store.repository.head() or 'without a commit'}")]


def _working_files(store: Store) -> list[Finding]:
    names = store.uncommitted()
    if not names:
        return [Finding("ok", "working files", "as HEAD has them")]
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    return [Finding("note", "working files", f"edited, not committed and so not shown by the wiki: {shown}")]


def _catalog(store: Store) -> list[Finding]:
    with store.view() as view:
        return [Finding("ok", "catalog", f"{len(view.keys())} pages, {view.commit_count()} commits")]


def _keywords(settings: Settings, store: Store) -> list[Finding]:
    with closing(KeywordIndex(settings.cache_folder / "keywords.db")) as keywords:
        with store.view() as view:
            behind = Indexing(store, keywords).behind(view)
        if not behind:
            return [Finding("ok", "keyword index", f"{keywords.count()} pages, at HEAD")]
        return [Finding("note", "keyword index", "behind HEAD; the next search brings it along")]


def _set(value: object) -> str:
    return "is set" if value else "is not set"
