"""Histories and diffs of pages, and the changelog of the wiki."""

from dataclasses import replace

from wiki_app.catalog import CatalogView, Change, LogFilter
from wiki_app.lines import unified_diff
from wiki_app.names import display, file_of, key_of, resolve
from wiki_app.pages.messages import revision_of
from wiki_app.pages.read import record_of
from wiki_app.pages.revisions import past_or_missing
from wiki_app.pages.shapes import LoggedCommit, PageDiff, PageHistory
from wiki_app.pages.stage import missing
from wiki_app.pages.texts import decode, readable
from wiki_app.repository import CommitInfo, Repository
from wiki_app.rules import WikiRules
from wiki_app.trailers import attribute


def history(view: CatalogView, raw: str, limit: int | None) -> PageHistory:
    """Newest first, through renames; a deleted page keeps its own. Raises NotFound, InvalidInput."""
    key = resolve(raw, view.rules, exists=lambda key: bool(view.history(file_of(key), limit=1)))
    changes = view.history(file_of(key), limit=limit)
    if not changes and not view.history(file_of(key), limit=1):
        raise missing(raw)
    return PageHistory(key, display(key, view.rules), [revision_of(change) for change in changes])


def diff(view: CatalogView, repository: Repository, raw: str, from_: str, to: str | None) -> PageDiff:
    """What changed between two revisions; `to` None is the page as it is. Raises NotFound, InvalidInput."""
    record = record_of(view, raw)
    old = past_or_missing(view, repository, record.key, from_)
    if to is None:
        new_revision, new_path, new = record.revision, record.path, decode(repository.blob(record.blob))
    else:
        found = past_or_missing(view, repository, record.key, to)
        new_revision, new_path, new = found.commit, found.path, found.text
    text = readable(unified_diff(old.text, new, f"a/{old.path}", f"b/{new_path}"))
    return PageDiff(record.key, display(record.key, view.rules), old.commit, new_revision, text)


def changelog(view: CatalogView, limit: int | None) -> list[LoggedCommit]:
    """The wiki's commits, newest first, with the pages that each touched."""
    return _with_pages(view, view.commits(limit=limit))


def log(view: CatalogView, wanted: LogFilter, limit: int, offset: int) -> list[LoggedCommit]:
    """Those commits that pass, newest first."""
    return _with_pages(view, view.log(wanted, limit, offset))


def _with_pages(view: CatalogView, commits: list[CommitInfo]) -> list[LoggedCommit]:
    changes = view.files_of_many([commit.revision for commit in commits])
    return [_logged(commit, changes.get(commit.revision, []), view.rules) for commit in commits]


def _logged(commit: CommitInfo, changes: list[Change], rules: WikiRules) -> LoggedCommit:
    found = attribute(commit.message)
    keys = (key_of(change.path) for change in changes)
    pages = tuple(display(key, rules) for key in keys if key)
    return LoggedCommit(replace(commit, message=found.message), pages, found.agent, found.client)
