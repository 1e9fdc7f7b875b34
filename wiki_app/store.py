"""The store: one git repository with its working files, its index, its catalog and its write lock.

Everything that reads or writes pages goes through here. The branch's reference is the truth; all the rest
follows it and can be made again.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from wiki_app.catalog import Catalog, CatalogView
from wiki_app.errors import InvalidInput
from wiki_app.follower import Follower
from wiki_app.gitcommand import Git
from wiki_app.locks import WriteLock, remove_stale_locks
from wiki_app.repository import Author, Committed, Edit, Repository
from wiki_app.rules import RulesSource
from wiki_app.working_files import WorkingFiles

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Listener = Callable[[Committed], None]


class Store:
    """Use `Store.open`; close it at the end, so that the index is left in step."""

    def __init__(
        self, repository: Repository, cache: Path, rules: RulesSource, *, clock: Clock, index_delay: float
    ) -> None:
        self.repository = repository
        self.git = Git(repository.path)
        self.catalog = Catalog(cache / "catalog.db", repository, self.git, rules)
        self.clock = clock
        self._listeners: list[Listener] = []
        self._lock = WriteLock(repository.git_dir / "wikibot" / "lock", self._after_crash)
        self._files = WorkingFiles(repository, self.git)
        self._follower = Follower(self._follow, self.repository.git_dir, self.git, index_delay)

    @classmethod
    def open(
        cls,
        data: Path,
        cache: Path,
        rules: RulesSource,
        *,
        clock: Clock = lambda: datetime.now(UTC),
        index_delay: float = 1.5,
    ) -> "Store":
        """Opens `data/repository`, made empty when it is not there, and repairs what a crash left behind.

        `index_delay` is the time in seconds after the last write until git's index follows; 0 does
        everything inside the write and starts no thread (for a process that is frozen between requests).
        Raises InvalidInput when the folder cannot be used.
        """
        path = data / "repository"
        try:
            path.mkdir(parents=True, exist_ok=True)
            cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInput(f"The data folder {data} cannot be used: {error.strerror}.") from error
        known = (path / ".git").exists()
        repository = Repository.open(path) if known else Repository.init(path)
        store = cls(repository, cache, rules, clock=clock, index_delay=index_delay)
        with store._lock.held():
            store._files.open()
        store._follower.start()
        return store

    def close(self) -> None:
        """Stops the follower, brings index and files along a last time, frees handles."""
        self._follower.close()
        self.changed_outside()
        self.catalog.close()
        self.repository.close()

    def view(self) -> AbstractContextManager[CatalogView]:
        """One commit's catalog and files, caught up with the branch at entry."""
        return self.catalog.view()

    def commit(
        self,
        edit: Edit,
        message: str,
        author: Author,
        *,
        committer: Author | None = None,
        allow_empty: bool = False,
        when: datetime | None = None,
    ) -> Committed | None:
        """As Repository.commit; the working files show the commit when this returns.

        `edit` runs with the write lock held, and again when a writer outside the lock was faster.
        """
        with self._lock.held():
            # What came from outside comes first: once our commit has changed the same file again, the one
            # in the working tree would be taken for the owner's edit.
            outside = self._files.sync()
            if outside is not None:
                self._files.refresh_index()  # and in the index, for the same reason
                self._tell(outside)
            committed = self.repository.commit(
                edit,
                message,
                author,
                committer=committer,
                allow_empty=allow_empty,
                when=when or self.clock(),
            )
            if committed is None:
                return None
            self._files.follow(committed)
        self._tell(committed)
        self._follower.written()
        return committed

    def changed_outside(self) -> None:
        """Brings files and index to a branch that a push, a pull or the owner's commit has moved."""
        with self._lock.held():
            moved = self._files.sync()
            self._files.refresh_index()
        if moved is not None:
            self._tell(moved)

    def refresh_index(self) -> None:
        """Brings git's index along now: for what is about to read it."""
        with self._lock.held():
            self._files.refresh_index()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else writes; afterwards files, index and listeners know what was done (pull, reset)."""
        with self._lock.held():
            self._files.refresh_index()
            yield
        self.changed_outside()

    def uncommitted(self) -> list[str]:
        """The owner's edits that the wiki leaves alone: tracked paths that are not as the branch has them."""
        self.refresh_index()
        return self._files.uncommitted()

    def on_commit(self, listener: Listener) -> None:
        """Calls `listener` after each move of the branch that this process makes or notices."""
        self._listeners.append(listener)

    def _tell(self, committed: Committed) -> None:
        for listener in self._listeners:
            try:
                listener(committed)
            except Exception:
                # The commit stands: what merely follows it must not turn its answer into a failure.
                log.exception("a listener failed after commit %s", committed.revision)

    def _follow(self) -> None:
        if self._files.behind():
            self.changed_outside()

    def _after_crash(self, since: float) -> None:
        remove_stale_locks(self.repository.git_dir, self.repository.branch, since)
        self._files.open()
