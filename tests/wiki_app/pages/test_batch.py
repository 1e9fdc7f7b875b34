"""Several operations in one commit."""

import pytest

from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput, NotFound, WikiError
from wiki_app.pages import AnyOp, DeleteOp, EditOp, RenameOp, Replacement, RevertOp, WriteOp, parse

UNKNOWN = "deadbeef"


def test_many_operations_are_one_commit(wiki: Wiki) -> None:
    first = wiki.put("one", "one\n").revision
    wiki.put("two", "[[One]]\n")
    wiki.put("three", "x\n")
    done = wiki.pages.batch(
        [
            WriteOp("new", "see [[one]]\n"),
            EditOp("one", (Replacement("one", "1"),), first),
            RenameOp("one", "first"),
            DeleteOp("three"),
        ],
        ANNA,
    )
    assert [outcome.revision for outcome in done.outcomes] == [done.revision] * 4
    assert [page.key for page in wiki.pages.list()] == ["first", "new", "two"]
    assert (wiki.text("first"), wiki.text("new"), wiki.text("two")) == (
        "1\n",
        "see [[First]]\n",
        "[[First]]\n",
    )
    assert len(wiki.log("--format=%H")) == 4
    assert wiki.log("-1", "--format=%s") == ["[api] Batch: 4 operations"]


def test_one_failure_leaves_everything_as_it_was(wiki: Wiki) -> None:
    wiki.put("one", "one\n")
    with pytest.raises(Conflict) as caught:
        wiki.pages.batch([WriteOp("new", "x"), WriteOp("one", "2", UNKNOWN)], ANNA)
    assert caught.value.fields["index"] == 1
    assert [page.key for page in wiki.pages.list()] == ["one"]


def test_later_operations_see_the_earlier_ones(wiki: Wiki) -> None:
    revision = wiki.put("a", "text\n").revision
    operations: list[AnyOp] = [
        RenameOp("a", "b"),
        EditOp("b", (Replacement("text", "new"),), revision),
        WriteOp("a", "another\n"),
        EditOp("a", (Replacement("another", "one"),), UNKNOWN),
    ]
    with pytest.raises(Conflict):
        wiki.pages.batch(operations, ANNA)
    wiki.pages.batch(operations[:3], ANNA)
    assert (wiki.text("b"), wiki.text("a")) == ("new\n", "another\n")


def test_a_dry_run_shows_the_diffs_and_writes_nothing(wiki: Wiki) -> None:
    revision = wiki.put("one", "one\n").revision
    wiki.put("gone", "bye\n")
    wiki.put("links", "[[One]]\n")
    done = wiki.pages.batch(
        [WriteOp("new", "x\n"), WriteOp("one", "1\n", revision), DeleteOp("gone"), RenameOp("one", "first")],
        ANNA,
        dry_run=True,
    )
    assert done.revision is None
    assert dict(done.diffs) == {
        "First": "--- a/one.md\n+++ b/first.md\n@@ -1 +1 @@\n-one\n+1\n",
        "Gone": "--- a/gone.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n",
        "Links": "--- a/links.md\n+++ b/links.md\n@@ -1 +1 @@\n-[[One]]\n+[[First]]\n",
        "New": "--- /dev/null\n+++ b/new.md\n@@ -0,0 +1 @@\n+x\n",
    }
    assert wiki.text("one") == "one\n"


def test_a_page_is_made_and_deleted_again_without_a_commit(wiki: Wiki) -> None:
    done = wiki.pages.batch([WriteOp("new", "x"), DeleteOp("new")], ANNA)
    assert done.revision is None
    assert wiki.store.repository.head() is None


def test_a_revert_in_a_batch(wiki: Wiki) -> None:
    first = wiki.put("one", "one\n").revision
    wiki.put("one", "two\n")
    wiki.pages.batch([{"op": "revert", "path": "one", "revision": first}], ANNA, "back")
    assert wiki.text("one") == "one\n"


@pytest.mark.parametrize("number", [0, 1001])
def test_a_batch_has_a_sensible_size(wiki: Wiki, number: int) -> None:
    with pytest.raises(InvalidInput):
        wiki.pages.batch([DeleteOp("x")] * number, ANNA)


def test_errors_name_the_operation(wiki: Wiki) -> None:
    with pytest.raises(NotFound) as caught:
        wiki.pages.batch([WriteOp("x", "x"), RenameOp("no", "y")], ANNA, dry_run=True)
    assert (caught.value.fields["index"], caught.value.fields["op"]) == (1, "rename")


@pytest.mark.parametrize(
    ("raw", "parsed"),
    [
        ({"op": "write", "path": "a", "content": ""}, WriteOp("a", "")),
        ({"op": "write", "path": "a", "content": "x", "merge": True}, WriteOp("a", "x", merge=True)),
        (
            {"op": "edit", "path": "a", "revision": "r", "old_string": "o", "new_string": "n"},
            EditOp("a", (Replacement("o", "n"),), "r"),
        ),
        (
            {"op": "patch", "path": "a", "revision": "r", "edits": [{"old_string": "o", "new_string": "n"}]},
            EditOp("a", (Replacement("o", "n"),), "r"),
        ),
        ({"op": "delete", "path": "a", "revision": None}, DeleteOp("a")),
        ({"op": "move", "path": "a", "new_path": "b"}, RenameOp("a", "b")),
        ({"op": "revert", "path": "a", "revision": "r"}, RevertOp("a", "r")),
    ],
)
def test_an_operation_is_read_from_json(raw: dict[str, object], parsed: object) -> None:
    assert parse(raw) == parsed


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({}, "op must be one of"),
        ({"op": ["write"]}, "op must be one of"),
        ({"op": "write", "path": "a"}, "Missing required field: content"),
        ({"op": "write", "path": 5, "content": ""}, "path must be a string"),
        ({"op": "write", "path": "a", "content": 5}, "content must be a string"),
        ({"op": "write", "path": "a", "content": "", "merge": 1}, "merge must be a boolean"),
        ({"op": "edit", "path": "a", "revision": "r"}, "Missing required field: old_string"),
        ({"op": "edit", "path": "a", "revision": "r", "edits": []}, "edits must be a list"),
        ({"op": "edit", "path": "a", "revision": "r", "edits": ["x"]}, "Each of edits"),
        (
            {"op": "edit", "path": "a", "revision": 1, "old_string": "o", "new_string": "n"},
            "revision must be",
        ),
        (
            {"op": "edit", "path": "a", "revision": "r", "old_string": 1, "new_string": "n"},
            "old_string must be",
        ),
    ],
)
def test_what_is_no_operation_is_refused(raw: dict[str, object], said: str) -> None:
    with pytest.raises(WikiError, match=said):
        parse(raw)
