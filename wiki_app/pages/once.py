"""Writes with a key happen once (DECISIONS 14): the key's hash stands in the commit, so it is atomic with the
write and every process sees it, and a repetition gets the first result, worked out again from the commit.
"""

import hashlib
import json
from dataclasses import asdict, is_dataclass
from datetime import datetime, timedelta

from wiki_app.catalog import CatalogView, Change
from wiki_app.errors import InvalidInput
from wiki_app.names import key_of
from wiki_app.pages.knowledge import Knowledge
from wiki_app.pages.shapes import Actor
from wiki_app.repository import CommitInfo, Repository, Snapshot
from wiki_app.store import Store
from wiki_app.trailers import Once

VALID_FOR = timedelta(hours=24)
LONGEST_KEY = 255


def once_of(actor: Actor, *request: object) -> Once | None:
    """The hashes of the actor's key and of what they ask for; None without a key. Raises InvalidInput."""
    key = actor.idempotency_key
    if not key:
        return None
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(f"The idempotency key must be printable, at most {LONGEST_KEY} characters.")
    return Once(_hash([actor.author.email, key]), _hash([_plain(part) for part in request]))


def _plain(part: object) -> object:
    if isinstance(part, bytes):
        return hashlib.sha256(part).hexdigest()
    return [type(part).__name__, asdict(part)] if is_dataclass(part) and not isinstance(part, type) else part


def _hash(value: object) -> str:
    # Escaped as ASCII: half surrogates, which a text may hold until it is checked, are no UTF-8.
    return hashlib.sha256(json.dumps(value, default=_plain_default).encode()).hexdigest()[:32]


def _plain_default(value: object) -> object:
    return _plain(value) if is_dataclass(value) else str(value)


def earlier(view: CatalogView, once: Once | None, now: datetime) -> CommitInfo | None:
    """The commit that this write made already, None when it is new.

    Raises InvalidInput when the key was used for another write.
    """
    found = view.keyed(once.key) if once else None
    if once is None or found is None or found.commit.committed < now - VALID_FOR:
        return None
    if found.body != once.body:
        raise InvalidInput(
            "This idempotency key was used for another write within 24 hours: take a new key.",
            revision=found.commit.revision,
        )
    return found.commit


class KnowledgeBefore(Knowledge):
    """What was known when a commit was made: with it its plan gives the same result again."""

    def __init__(self, store: Store, commit: CommitInfo) -> None:
        super().__init__(store, {})
        self._commit = commit

    def snapshot(self, repository: Repository) -> Snapshot:
        """The files before the commit."""
        parents = self._commit.parents
        return repository.snapshot(parents[0]) if parents else Snapshot(repository, None, None)

    def last_change(self, path: str, blob: str) -> Change | None:
        """The change that had given the file this blob before the commit."""
        place = self.view.position(self._commit.revision)
        for change in self.view.history(path, follow=False):
            at = self.view.position(change.commit.revision)
            if change.blob == blob and at is not None and place is not None and at > place:
                return change
        return None

    def links_to(self, key: str) -> list[str]:  # noqa: ARG002  # more than asked for does no harm
        """The pages that the commit changed: those whose links it had rewritten are among them."""
        changes = self.view.files_of(self._commit.revision)
        paths = [path for change in changes for path in (change.path, change.old_path) if path]
        return sorted({found for path in paths if (found := key_of(path))})
