"""From operations to a commit: planned without the lock, checked again under it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from wiki_app.pages.knowledge import Knowledge, Seen
from wiki_app.pages.once import KnowledgeBefore, earlier
from wiki_app.pages.shapes import Actor
from wiki_app.pages.stage import Stage
from wiki_app.repository import Changes, CommitInfo, Snapshot
from wiki_app.rules import RulesSource
from wiki_app.store import Clock, Store
from wiki_app.trailers import Once

Result = TypeVar("Result")
Plan = Callable[[Stage], Result]


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What the plan gave back; `revision` is the commit, None when nothing had to change."""

    result: Result
    revision: str | None


class Writer:
    """Runs plans: functions that change a stage, and raise when they must not."""

    def __init__(self, store: Store, rules: RulesSource, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def dry_run(self, plan: Plan[Result]) -> Result:
        """What the plan gives back, without a commit."""
        with Knowledge(self._store, {}) as known:
            return plan(self._stage(known.view.snapshot, known))

    def run(
        self, plan: Plan[Result], message: Callable[[Result], str], actor: Actor, once: Once | None = None
    ) -> Done[Result]:
        """Commits what the plan changes, if anything; with `once` not a second time.

        The first run of the plan needs no lock: refusals and edits that change nothing end there. Under the
        lock its changes hold if the branch has not moved; else, and after a lost compare-and-swap, the
        plan runs again on the newer files. So its checks and the write are one atomic step.
        """
        seen: Seen = {}
        with Knowledge(self._store, seen) as known:
            before = earlier(known.view, once, self._clock()) if once else None
            if before:
                return self._again(plan, before)
            stage = self._stage(known.view.snapshot, known)
            attempt = _Attempt(stage, plan(stage))
        if not attempt.stage.changes:
            return Done(attempt.result, None)
        text = message(attempt.result)

        def edit(snapshot: Snapshot) -> Changes:
            nonlocal attempt
            if snapshot.commit != attempt.stage.snapshot.commit:
                with Knowledge(self._store, seen) as known:
                    self._refuse_repetition(known, once)
                    stage = self._stage(snapshot, known)
                    attempt = _Attempt(stage, plan(stage))
            return attempt.stage.changes

        try:
            committed = self._store.commit(edit, text, actor.author, when=self._clock())
        except _Repeated as repeated:
            return self._again(plan, repeated.commit)
        return Done(attempt.result, committed.revision if committed else None)

    def _refuse_repetition(self, known: Knowledge, once: Once | None) -> None:
        before = earlier(known.view, once, self._clock()) if once else None
        if before:
            raise _Repeated(before)

    def _again(self, plan: Plan[Result], commit: CommitInfo) -> Done[Result]:
        """The result that the plan had when it made this commit."""
        with KnowledgeBefore(self._store, commit) as known:
            stage = self._stage(known.snapshot(self._store.repository), known)
            return Done(plan(stage), commit.revision)

    def _stage(self, snapshot: Snapshot, known: Knowledge) -> Stage:
        return Stage(self._store.repository, snapshot, known, self._rules())


class _Repeated(Exception):
    """Another request with the same key was faster."""

    def __init__(self, commit: CommitInfo) -> None:
        super().__init__(commit.revision)
        self.commit = commit


@dataclass(frozen=True)
class _Attempt(Generic[Result]):
    stage: Stage
    result: Result
