"""A page's state at a revision, and the check of the revision that a change was made from."""

from dataclasses import dataclass

from wiki_app.catalog import CatalogView
from wiki_app.errors import Conflict, InvalidInput, NotFound
from wiki_app.lines import unified_diff
from wiki_app.merge import merge
from wiki_app.names import file_of
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import decode, readable
from wiki_app.repository import Repository, Write

SHORTEST_BASE = 7
"""Hex digits of a revision that a change is made from (DECISIONS 5)."""


@dataclass(frozen=True)
class Past:
    """A page as a commit has it; `path` is the file's name there."""

    commit: str
    path: str
    write: Write

    @property
    def text(self) -> str:
        """The text as it is edited."""
        return decode(self.write.data)


def past(view: CatalogView, repository: Repository, key: str, prefix: str) -> Past | None:
    """The page at a revision (≥ 4 hex digits), under the name that it had then; None when the revision or
    the page in it is unknown. Any commit will do, not only those that touched the page.
    """
    file = file_of(key)
    commit = view.resolve(prefix.lower(), file) or view.resolve(prefix.lower())
    if commit is None:
        return None
    history = view.history(file)
    names = [change.path for change in history if change.commit.revision == commit]
    names += [file, *(change.path for change in history)]
    snapshot = repository.snapshot(commit)
    for name in dict.fromkeys(names):
        entry = snapshot.entry(name)
        if entry is not None:
            return Past(commit, name, Write(snapshot.read(name), entry.mode))
    return None


def past_or_missing(view: CatalogView, repository: Repository, key: str, prefix: str) -> Past:
    """As `past`. Raises NotFound."""
    found = past(view, repository, key, prefix)
    if found is None:
        raise NotFound(f"Revision not found: {prefix[:40]!r} of this page.", revision=readable(prefix[:40]))
    return found


def check_length(revision: str) -> None:
    """Raises InvalidInput."""
    if len(revision) < SHORTEST_BASE:
        raise InvalidInput(f"revision must be at least {SHORTEST_BASE} characters")


def is_current(page: StagedPage, revision: str) -> bool:
    """Whether the page still is as it was at `revision`; one made in this very batch always is."""
    return page.revision is None or page.revision.startswith(revision.lower())


def stale(stage: Stage, page: StagedPage, revision: str) -> tuple[Conflict, Past | None]:
    """The conflict for a change made from an older revision, and the page as it was there, if known."""
    base = past(stage.known.view, stage.repository, page.key, revision)
    conflict = Conflict(
        "Revision mismatch: page has been modified since last read. Read it again, or send merge: true.",
        path=page.path,
        current_revision=page.revision,
    )
    if base is not None:
        diff = unified_diff(base.text, page.committed, f"a/{base.path}", f"b/{file_of(page.key)}")
        conflict.fields["diff"] = readable(diff)
    return conflict, base


@dataclass(frozen=True)
class Proposal:
    """A text made from an older revision, merged with what happened since when `wanted`."""

    conflict: Conflict
    base: str | None
    wanted: bool

    def merged(self, page: StagedPage, mine: str) -> str:
        """Raises the conflict when merging was not asked for, or the changes overlap."""
        if not self.wanted:
            raise self.conflict
        text = merge(self.base, mine, page.text) if self.base is not None else None
        if text is None:
            raise self.overlapping
        return text

    @property
    def overlapping(self) -> Conflict:
        """The conflict when merging was asked for in vain."""
        why = "the changes overlap" if self.base is not None else "its revision is not known here"
        self.conflict.message = (
            f"Revision mismatch: page has been modified since last read, and {why}. Read it again."
        )
        return self.conflict


def check_current(stage: Stage, page: StagedPage, revision: str | None) -> None:
    """For changes that cannot be merged. Raises InvalidInput, Conflict; nothing without a revision."""
    if revision:
        check_length(revision)
        if not is_current(page, revision):
            raise stale(stage, page, revision)[0]


def propose(stage: Stage, page: StagedPage, revision: str, *, wanted: bool) -> Proposal:
    """What a change from a stale revision has to go through."""
    conflict, base = stale(stage, page, revision)
    return Proposal(conflict, base.text if base else None, wanted)
