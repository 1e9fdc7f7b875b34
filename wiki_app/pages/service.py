"""The page service: every operation on pages, for REST and MCP. Synchronous: call it in a thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, cast
from urllib.parse import unquote

from wiki_app.catalog import LogFilter
from wiki_app.errors import NotFound
from wiki_app.pages import attachments, authorship, batch, history, links, listing, read, suggest
from wiki_app.pages.authorship import Authorship
from wiki_app.pages.filenames import safe_name
from wiki_app.pages.messages import compose
from wiki_app.pages.once import once_of
from wiki_app.pages.operations import AnyOp, DeleteOp, EditOp, RenameOp, RevertOp, WriteOp, parse
from wiki_app.pages.shapes import (
    Actor,
    AttachmentInfo,
    AttachmentList,
    AttachmentView,
    BatchResult,
    Deleted,
    Edited,
    LinkGraph,
    LoggedCommit,
    LooseEnds,
    Outcome,
    PageDiff,
    PageEdit,
    PageHistory,
    PageLinks,
    PageSummary,
    PageView,
    Renamed,
    Reverted,
    Written,
)
from wiki_app.pages.stage import Stage
from wiki_app.pages.writer import Done, Writer
from wiki_app.rules import RulesSource
from wiki_app.store import Clock, Store
from wiki_app.trailers import Once

AnyOutcome = TypeVar("AnyOutcome", bound=Outcome)
Summaries = list[PageSummary]
Log = list[LoggedCommit]
Names = list[str]
Authors = list[Authorship]
Distances = list[tuple[str, int]]
"""Named here because PageService.list hides the type inside the class."""


class PageService:
    """`path` is always what the user typed, decoded once by the server: names.resolve does the rest.

    All methods raise InvalidInput for a path that cannot be one; the changing ones TooLarge, Conflict
    (with `current_revision` and `diff` as REST.md says) and Unavailable too.
    """

    def __init__(self, store: Store, rules: RulesSource, clock: Clock) -> None:
        self._store = store
        self.rules = rules
        self._writer = Writer(store, rules, clock)

    # Reading

    def read(self, path: str, revision: str | None = None) -> PageView:
        """A page, as it is or was at a revision (≥ 4 hex digits). Raises NotFound."""
        with self._store.view() as view:
            if revision is None:
                return read.read(view, self._store.repository, path)
            return read.read_past(view, self._store.repository, path, revision)

    def list(
        self,
        prefix: str = "",
        category: str | None = None,
        tag: str | None = None,
        updated_since: datetime | None = None,
    ) -> Summaries:
        """The pages that pass all filters, sorted by key. A time without zone is UTC."""
        with self._store.view() as view:
            return listing.list_pages(view, listing.Filter(prefix, category, tag, updated_since))

    def history(self, path: str, limit: int | None = None) -> PageHistory:
        """A page's revisions, newest first, also of a deleted page. Raises NotFound."""
        with self._store.view() as view:
            return history.history(view, path, limit)

    def diff(self, path: str, from_: str, to: str | None = None) -> PageDiff:
        """What changed between two revisions; without `to`, until now. Raises NotFound."""
        with self._store.view() as view:
            return history.diff(view, self._store.repository, path, from_, to)

    def links(self, path: str) -> PageLinks:
        """Links from and to a page, which need not exist."""
        with self._store.view() as view:
            return links.page_links(view, path)

    def graph(self) -> LinkGraph:
        """All pages and links."""
        with self._store.view() as view:
            return links.graph(view)

    def missing(self, paths: Sequence[str]) -> Names:
        """Those of the paths that no page stands at."""
        with self._store.view() as view:
            return links.missing(view, paths)

    def neighbourhood(self, path: str, depth: int, limit: int) -> Distances:
        """Pages within so many links of a page, in either direction, with their distance."""
        with self._store.view() as view:
            return links.neighbourhood(view, path, depth, limit)

    def loose_ends(self) -> LooseEnds:
        """Orphans and broken links of the wiki."""
        with self._store.view() as view:
            return links.loose_ends(view)

    def changelog(self, limit: int | None = None) -> Log:
        """The wiki's commits, newest first; None means all."""
        with self._store.view() as view:
            return history.changelog(view, limit)

    def log(self, wanted: LogFilter, limit: int, offset: int = 0) -> Log:
        """Those of the wiki's commits that pass, newest first; `after` may be a prefix. Raises NotFound."""
        with self._store.view() as view:
            full = view.resolve(wanted.after) if wanted.after else ""
            if full is None:
                raise NotFound(f"Revision not found: {wanted.after[:40]!r}.")
            return history.log(view, replace(wanted, after=full), limit, offset)

    def similar(self, path: str, limit: int = 5) -> Names:
        """Display paths of pages with a name like this."""
        with self._store.view() as view:
            return suggest.similar(view, path, limit)

    def authorship(self, path: str, section: str = "") -> Authors:
        """Which revisions the lines of a page, or of one section, came with. Raises NotFound."""
        with self._store.view() as view:
            return authorship.authorship(view, self._store.repository, path, section)

    # Changing

    def write(
        self,
        path: str,
        content: str,
        revision: str | None,
        actor: Actor,
        message: str | None = None,
        *,
        merge: bool = False,
    ) -> Written:
        """Makes a page, or replaces its text if `revision` is its revision."""
        op = WriteOp(path, content=content, revision=revision, merge=merge)
        return self._one(Written, op, actor, message, lambda done: f"{_verb(done)}: {unquote(path)}")

    def edit(
        self,
        path: str,
        edits: Sequence[PageEdit],
        revision: str,
        actor: Actor,
        message: str | None = None,
        *,
        dry_run: bool = False,
        merge: bool = False,
    ) -> Edited:
        """Replaces strings that stand exactly once, or edits by heading; a dry run gives the diff.

        Raises NotFound (of a page or a section).
        """
        op = EditOp(path, edits=tuple(edits), revision=revision, merge=merge)
        if dry_run:
            return cast("Edited", self._writer.dry_run(lambda stage: batch.apply(stage, op)))
        return replace(self._one(Edited, op, actor, message, lambda _: f"Edit: {unquote(path)}"), diff="")

    def delete(
        self, path: str, actor: Actor, message: str | None = None, revision: str | None = None
    ) -> Deleted:
        """Deletes a page; revert brings it back. Raises NotFound."""
        op = DeleteOp(path, revision=revision)
        return self._one(Deleted, op, actor, message, lambda _: f"Delete: {unquote(path)}")

    def rename(
        self,
        path: str,
        new_path: str,
        actor: Actor,
        message: str | None = None,
        revision: str | None = None,
    ) -> Renamed:
        """Moves a page with its attachments and sub-pages; the links to them follow. Raises NotFound."""
        op = RenameOp(path, new_path=new_path, revision=revision)
        return self._one(
            Renamed, op, actor, message, lambda _: f"Rename: {unquote(path)} -> {new_path.strip()}"
        )

    def revert(
        self,
        path: str,
        revision: str,
        actor: Actor,
        message: str | None = None,
        base_revision: str | None = None,
    ) -> Reverted:
        """Gives a page the text of a revision, also a deleted page. Raises NotFound."""
        op = RevertOp(path, revision=revision, base_revision=base_revision)
        return self._one(
            Reverted, op, actor, message, lambda done: f"Revert: {unquote(path)} to {done.restored[:7]}"
        )

    def batch(
        self,
        edits: Sequence[AnyOp | Mapping[str, object]],
        actor: Actor,
        message: str | None = None,
        *,
        dry_run: bool = False,
    ) -> BatchResult:
        """Several operations in one commit, all or nothing; a dry run gives the diffs.

        Mappings are parsed as operations.parse says. Errors carry `index` and `op`.
        """
        batch.check_number(edits)
        ops = [parse(edit) if isinstance(edit, Mapping) else edit for edit in edits]
        if dry_run:
            return self._writer.dry_run(lambda stage: self._tried(stage, ops))
        once = once_of(actor, "batch", ops, message)
        done = self._writer.run(
            lambda stage: batch.apply_all(stage, ops),
            lambda outcomes: compose(message, f"Batch: {len(outcomes)} operations", actor, once),
            actor,
            once,
        )
        outcomes = tuple(_settled(outcome, done.revision) for outcome in done.result)
        return BatchResult(done.revision, outcomes)

    @staticmethod
    def _tried(stage: Stage, ops: Sequence[AnyOp]) -> BatchResult:
        return BatchResult(None, batch.apply_all(stage, ops), tuple(batch.diffs(stage)))

    def _one(
        self,
        kind: type[AnyOutcome],
        op: AnyOp,
        actor: Actor,
        message: str | None,
        usual: Callable[[AnyOutcome], str],
    ) -> AnyOutcome:
        def plan(stage: Stage) -> AnyOutcome:
            outcome = batch.apply(stage, op)
            assert isinstance(outcome, kind)
            return outcome

        once = once_of(actor, op, message)
        done = self._writer.run(
            plan, lambda result: compose(message, usual(result), actor, once), actor, once
        )
        return _settled(done.result, done.revision)

    # Attachments

    def attachments(self, path: str) -> AttachmentList:
        """A page's attachments. Raises NotFound."""
        with self._store.view() as view:
            return attachments.list_attachments(view, read.record_of(view, path).key)

    def attachment(self, path: str, name: str) -> AttachmentView:
        """One attachment with its bytes. Raises NotFound."""
        with self._store.view() as view:
            return attachments.read_attachment(view, read.record_of(view, path).key, name)

    def attach(
        self, path: str, name: str, data: bytes, actor: Actor, message: str | None = None
    ) -> AttachmentInfo:
        """Adds a file, or replaces the one of that name. Raises NotFound (page)."""
        filename = safe_name(name)
        attachments.check_size(data)
        self._attachment_change(
            lambda stage: attachments.attach(stage, path, filename, data),
            f"Attach: {filename}",
            actor,
            message,
            once_of(actor, "attach", path, filename, data, message),
        )
        return self.attachment(path, filename).info

    def detach(self, path: str, name: str, actor: Actor, message: str | None = None) -> str:
        """Deletes an attachment; gives back the commit. Raises NotFound."""
        done = self._attachment_change(
            lambda stage: attachments.detach(stage, path, name),
            f"Delete attachment: {name}",
            actor,
            message,
            once_of(actor, "detach", path, name, message),
        )
        return done.revision or ""

    def _attachment_change(
        self,
        plan: Callable[[Stage], str],
        usual: str,
        actor: Actor,
        message: str | None,
        once: Once | None,
    ) -> Done[str]:
        return self._writer.run(plan, lambda _: compose(message, usual, actor, once), actor, once)


def _verb(written: Written) -> str:
    return "Create" if written.created else "Update"


def _settled(outcome: AnyOutcome, revision: str | None) -> AnyOutcome:
    """With the commit as revision, where the operation changed something."""
    return outcome if outcome.revision or revision is None else replace(outcome, revision=revision)
