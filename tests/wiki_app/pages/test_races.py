"""Two writers at once: nothing that was acknowledged is lost."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict
from wiki_app.pages.knowledge import Knowledge, Seen
from wiki_app.pages.operations import WriteOp
from wiki_app.pages.stage import Stage
from wiki_app.pages.write import write
from wiki_app.pages.writer import Writer
from wiki_app.rules import WikiRules


def now() -> datetime:
    return datetime.now(UTC)


def between(wiki: Wiki, op: WriteOp, happens: Callable[[], object]) -> str | None:
    """Runs the operation; `happens` comes after its plan was made and before the lock is taken."""
    plans: list[str | None] = []

    def plan(stage: Stage) -> None:
        write(stage, op)
        plans.append(stage.snapshot.commit)

    def message(_: None) -> str:
        happens()
        return "raced"

    revision = Writer(wiki.store, WikiRules, now).run(plan, message, ANNA).revision
    assert len(plans) == 2
    return revision


def test_a_page_that_changed_meanwhile_is_a_conflict(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    with pytest.raises(Conflict) as caught:
        between(wiki, WriteOp("home", "mine\n", first), lambda: wiki.edit("home", "one", "theirs"))
    assert "+theirs" in str(caught.value.fields["diff"])
    assert wiki.text("home") == "theirs\n"


def test_a_page_that_was_made_meanwhile_is_a_conflict(wiki: Wiki) -> None:
    with pytest.raises(Conflict, match="Revision required"):
        between(wiki, WriteOp("new", "mine\n"), lambda: wiki.put("new", "theirs\n"))
    assert wiki.text("new") == "theirs\n"


def test_a_change_of_another_page_does_not_disturb(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    revision = between(wiki, WriteOp("home", "mine\n", first), lambda: wiki.put("other", "x\n"))
    assert (wiki.text("home"), wiki.text("other")) == ("mine\n", "x\n")
    assert wiki.pages.read("home").revision == revision


def test_a_commit_by_git_meanwhile_is_seen(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    wiki.store.refresh_index()
    with pytest.raises(Conflict):
        between(
            wiki,
            WriteOp("home", "mine\n", first),
            lambda: commit_file(wiki.folder, "home.md", "by hand\n"),
        )


def test_what_is_known_of_a_blob_needs_no_second_look(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    blob = wiki.store.repository.snapshot().files()[0].blob
    seen: Seen = {}
    with Knowledge(wiki.store, seen) as known:
        known.last_change("home.md", blob)
    wiki.store.catalog.close()
    with Knowledge(wiki.store, seen) as known:
        change = known.last_change("home.md", blob)
    assert change is not None and change.commit.revision == first


def test_many_writers_lose_nothing(wiki: Wiki) -> None:
    wiki.put("home", "start\n")
    wiki.put("shared", "0\n")
    accepted: list[str] = []
    conflicts: list[str] = []
    all_have_read = threading.Barrier(4, timeout=30)

    def work(name: str) -> None:
        wiki.put(f"own/{name}", "x\n")
        for step in range(6):
            page = wiki.pages.read("shared")
            all_have_read.wait()
            try:
                done = wiki.pages.write("shared", page.content + f"{name} {step}\n", page.revision, ANNA)
                accepted.append(done.revision)
            except Conflict as error:
                conflicts.append(str(error.fields["current_revision"]))

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(accepted) + len(conflicts) == 24 and len(conflicts) >= 6
    assert wiki.text("shared").count("\n") == 1 + len(accepted)
    assert set(accepted) <= {change.revision for change in wiki.pages.history("shared").revisions}
    assert [page.key for page in wiki.pages.list("own/")] == [f"own/{name}" for name in "abcd"]
    assert git(wiki.folder, "fsck", "--strict") == ""
