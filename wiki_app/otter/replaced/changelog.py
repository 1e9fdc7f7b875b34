"""The changelog page by page. Otter Wiki reads and links all commits to show a hundred of them, and puts all
of them into its feeds.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, overload

from flask import has_request_context, request
from otterwiki.helper import auto_url
from otterwiki.server import app
from otterwiki.util import guess_mimetype

from wiki_app.catalog import CatalogView
from wiki_app.otter.records import Record, log_record
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import CommitInfo

FEED_ENTRIES = 100
BATCH = 128
"""Commits read at a time."""


class LogEntry(Mapping[str, Any]):
    """A commit as the template reads it; the links of its files are made when it asks for them."""

    def __init__(self, record: Record, *, external: bool) -> None:
        self._record = record
        self._external = external
        self._files: dict[str, Record] | None = None

    def __getitem__(self, key: str) -> Any:
        if key != "files":
            return self._record[key]
        if self._files is None:
            revision = self._record["revision"]
            names = self._record["files"]
            self._files = {name: _file(name, revision, external=self._external) for name in names}
        return self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._record)

    def __len__(self) -> int:
        return len(self._record)


class LazyLog(Sequence[LogEntry]):
    """All commits, newest first, read as they are asked for. Lives no longer than the view."""

    def __init__(self, view: CatalogView, *, external: bool, most: int | None = None) -> None:
        self._view = view
        self._external = external
        count = view.commit_count()
        self._count = count if most is None else min(count, most)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> LogEntry: ...

    @overload
    def __getitem__(self, index: slice) -> list[LogEntry]: ...

    def __getitem__(self, index: int | slice) -> LogEntry | list[LogEntry]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(self._count))]
        at = index + self._count if index < 0 else index
        if not 0 <= at < self._count:
            raise IndexError(index)
        return next(self._entries(self._view.commits(limit=1, offset=at)))

    def __iter__(self) -> Iterator[LogEntry]:
        return islice(self._all(), self._count)

    def _all(self) -> Iterator[LogEntry]:
        for start in range(0, self._count, BATCH):
            yield from self._entries(self._view.commits(limit=BATCH, offset=start))

    def _entries(self, commits: list[CommitInfo]) -> Iterator[LogEntry]:
        touched = self._view.files_of_many([commit.revision for commit in commits])
        for commit in commits:
            files = [change.path for change in touched[commit.revision]]
            yield LogEntry(log_record(commit, files), external=self._external)


class Changelogs:
    """Replaces Changelog.get."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage

    def get(self, _changelog: Any, _external: bool = False) -> Sequence[LogEntry]:  # noqa: FBT002
        """The log; for the feeds, which ask for external links, its newest entries."""
        with self._storage.catalog_view() as view:
            log = LazyLog(view, external=_external, most=FEED_ENTRIES if _external else None)
            # Outside of a request the view ends here, and so does the laziness.
            return log if self._storage.in_request else list(log)


def _file(name: str, revision: str, *, external: bool) -> Record:
    root = request.host_url if external and has_request_context() else ""
    title, url = _link(name, revision, root, bool(app.config["RETAIN_PAGE_NAME_CASE"]))
    return {"name": title, "url": url, "mimetype": guess_mimetype(name)}


@lru_cache(maxsize=20_000)
def _link(name: str, revision: str, root: str, _retain: bool) -> tuple[str, str]:
    title, url = auto_url(name, revision, _external=bool(root))
    return str(title), str(url)
