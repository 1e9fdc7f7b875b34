"""Snapshots of the derived files: what a new machine need not make again (DECISIONS 32).

The derived files lie on a machine's own disk, and a new machine (a cold start on Lambda) has none. So a copy
of them is published in the data folder, which all machines share. Each snapshot is a folder that appears in
one step, with a manifest of sizes and checksums; a copy that is not exactly what the manifest says is left
alone, and the files are made as if there were none. What was committed since is caught up as always.
"""

import fcntl
import logging
import os
import shutil
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from gateway.settings import Settings
from gateway.snapshot_files import (
    CATALOG,
    KEYWORDS,
    VECTORS,
    Unusable,
    alone,
    copy_verified,
    manifest_of,
    state_of_vectors,
    sweep,
    sync,
    write,
)
from search.errors import SearchError
from search.keywords import KeywordIndex
from wiki_app.catalog import commit_of
from wiki_app.errors import NotFound, WikiError
from wiki_app.repository import Repository
from wiki_app.store import Store

KEPT = 2
"""Snapshots that stay: a machine that copies one while the next is published comes to its end."""
MANY = 200
"""Commits that a local catalog may be behind before a copy is quicker than catching up."""

log = logging.getLogger("wikibot.snapshots")


class Snapshots:
    """Of one data folder and this machine's cache. All methods block; failures are logged, never raised."""

    def __init__(self, settings: Settings) -> None:
        self.enabled = settings.keeps_snapshots
        self._folder = settings.data / "snapshots"
        self._cache = settings.cache_folder
        self._using: int | None = None

    def fetch(self, store: Store) -> str | None:
        """Fill an empty or much older cache, before anything in it is opened; the snapshot's commit."""
        if not self.enabled or not self._take_cache():
            return None
        try:
            for folder in self._published():
                with suppress(Unusable):
                    return self._fetched(folder, store)
        except OSError as error:
            log.warning("the snapshots cannot be read: %s", error)
        finally:
            self._share_cache()
        return None

    def publish(self, store: Store, keywords: KeywordIndex) -> bool:
        """Publish what has changed since the last time; False when there was nothing, or another is at it."""
        if not self.enabled:
            return False
        try:
            with alone(self._folder) as only:
                return only and self._publish(store, keywords)
        except (OSError, WikiError, SearchError) as error:
            log.warning("no snapshot could be published: %s", error)
            return False

    def close(self) -> None:
        """Others may replace the cache now."""
        if self._using is not None:
            os.close(self._using)
            self._using = None

    # To the cache

    def _take_cache(self) -> bool:
        """Whether nobody else uses the cache: its files cannot be replaced under another process."""
        self._using = os.open(self._cache / "snapshots.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _share_cache(self) -> None:
        assert self._using is not None
        fcntl.flock(self._using, fcntl.LOCK_SH)

    def _published(self) -> list[Path]:
        """Newest first."""
        return sorted(self._folder.glob("[0-9]*-*"), reverse=True) if self._folder.is_dir() else []

    def _fetched(self, folder: Path, store: Store) -> str | None:
        manifest = manifest_of(folder)
        if not _is_past(store.repository, manifest.commit):
            log.warning("the snapshot %s is not of this wiki's history and is left alone", folder.name)
            raise Unusable(folder.name)
        if not self._is_older(store, manifest.commit):
            return None
        with tempfile.TemporaryDirectory(prefix="fetched-", dir=self._cache) as aside:
            for name in manifest.sizes:
                copy_verified(folder / name, Path(aside) / name, manifest)
            for name in manifest.sizes:
                self._forget(name)
                (Path(aside) / name).replace(self._cache / name)
        log.info("derived files taken from the snapshot of %s", manifest.commit)
        return manifest.commit

    def _is_older(self, store: Store, commit: str) -> bool:
        here = commit_of(self._cache / CATALOG)
        if here is None or not _is_past(store.repository, here):
            return True
        if not _is_past(store.repository, here, commit):
            return False
        return int(store.git.run("rev-list", "--count", f"{here}..{commit}")) >= MANY

    def _forget(self, name: str) -> None:
        """The file with its journals, in every generation (search/database.py)."""
        stem, _, suffix = name.partition(".")
        for old in (*self._cache.glob(f"{stem}.{suffix}*"), *self._cache.glob(f"{stem}.[0-9]*.{suffix}*")):
            old.unlink(missing_ok=True)

    # To the data folder

    def _publish(self, store: Store, keywords: KeywordIndex) -> bool:
        self._retire()
        sweep(self._cache.glob("publish-*"))  # ours alone: whoever publishes holds the lock
        if not self._has_news(store, keywords):
            return False
        with ExitStack() as stack:
            work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="publish-", dir=self._cache)))
            states = self._copies(work, store, keywords)
            if CATALOG not in states:
                return False
            number = max((int(one.name.partition("-")[0]) for one in self._published()), default=0) + 1
            aside = self._folder / f".{number:08}.new"
            stack.callback(shutil.rmtree, aside, ignore_errors=True)
            write(work, aside, states)
            aside.rename(self._folder / f"{number:08}-{states[CATALOG][:12]}")
        sync(self._folder)
        self._retire()
        log.info("snapshot of %s published", states[CATALOG])
        return True

    def _retire(self) -> None:
        """What is not needed any more goes out of sight in one step first: no reader meets half of it."""
        for old in self._published()[KEPT:]:
            old.rename(old.with_name(f".{old.name}.old"))
        sweep(self._folder.glob(".[0-9]*"))  # and what a killed process left half written, or half removed

    def _has_news(self, store: Store, keywords: KeywordIndex) -> bool:
        """Whether ours says more than the newest, and is not behind it."""
        here = self._states(keywords)
        if CATALOG not in here:
            return False
        for folder in self._published()[:1]:
            with suppress(Unusable):
                known = manifest_of(folder)
                if not _is_past(store.repository, known.commit):
                    return True
                further = _is_past(store.repository, known.commit, here[CATALOG])
                return further and dict(known.states) != here
        return True

    def _states(self, keywords: KeywordIndex) -> dict[str, str]:
        commit = commit_of(self._cache / CATALOG)
        words = keywords.state() if any(self._cache.glob("keywords*.db")) else None
        vectors = state_of_vectors(self._cache / VECTORS)
        found = {CATALOG: commit, KEYWORDS: words, VECTORS: vectors}
        return {name: state for name, state in found.items() if state}

    def _copies(self, work: Path, store: Store, keywords: KeywordIndex) -> dict[str, str]:
        """Each file whole, as of one moment, while others read and write it."""
        states = self._states(keywords)
        commit = store.catalog.copy_to(work / CATALOG)
        found = {CATALOG: commit} if commit else {}
        if KEYWORDS in states:
            keywords.copy_to(work / KEYWORDS)
            found[KEYWORDS] = states[KEYWORDS]
        if VECTORS in states:
            shutil.copyfile(self._cache / VECTORS, work / VECTORS)
            found[VECTORS] = states[VECTORS]
        return found


def _is_past(repository: Repository, commit: str, of: str | None = None) -> bool:
    """Whether a commit is `of` (HEAD) or one of its ancestors."""
    head = of or repository.head()
    if head is None or commit == head:
        return commit == head
    with suppress(NotFound, ValueError):
        return repository.is_ancestor(commit, head)
    return False
