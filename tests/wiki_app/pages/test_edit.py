"""Replacing strings in pages: the order of the checks, merges, dry runs."""

import pytest

from tests.wiki_app.git import git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput, NotFound, TooLarge
from wiki_app.pages import Replacement

TEXT = "---\ntitle: T\n---\none two two\nthree\nfour\nfive\n"
UNKNOWN = "deadbeef"


def edit_once(wiki: Wiki, old: str, new: str, revision: str, path: str = "home") -> str:
    return wiki.pages.edit(path, [Replacement(old, new)], revision, ANNA).revision


def test_a_string_is_replaced(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    second = edit_once(wiki, "one", "1", first[:7])
    assert second != first
    assert wiki.text("home") == TEXT.replace("one", "1")
    assert wiki.log("-1", "--format=%s") == ["[api] Edit: home"]


def test_the_frontmatter_can_be_edited(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    assert wiki.pages.edit("home", [Replacement("title: T", "title: New")], first, ANNA).name == "New"


@pytest.mark.parametrize(
    ("old", "new", "revision", "path", "error", "said"),
    [
        ("", "", "", "missing", InvalidInput, "must not be empty"),
        ("one", "one", "short", "missing", InvalidInput, "at least 7"),
        ("one", "one", UNKNOWN, "missing", InvalidInput, "identical"),
        ("one", "1", UNKNOWN, "missing", NotFound, "Page not found"),
        ("nothing", "1", UNKNOWN, "home", Conflict, "Revision mismatch"),
        ("nothing", "1", "current", "home", InvalidInput, "not found in page content"),
        ("two", "2", "current", "home", InvalidInput, "ambiguous: found 2 occurrences"),
        ("one", "\0", "current", "home", InvalidInput, "control character"),
    ],
)
def test_checks_come_in_the_order_of_the_contract(
    wiki: Wiki, old: str, new: str, revision: str, path: str, error: type[Exception], said: str
) -> None:
    first = wiki.put("home", TEXT).revision
    with pytest.raises(error, match=said):
        edit_once(wiki, old, new, first if revision == "current" else revision, path)


def test_a_conflict_carries_what_changed(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    second = wiki.put("home", TEXT.replace("five", "5")).revision
    with pytest.raises(Conflict) as caught:
        edit_once(wiki, "one", "1", first)
    assert caught.value.fields["current_revision"] == second
    assert "-five\n+5\n" in str(caught.value.fields["diff"])


def test_an_edit_apart_from_others_is_merged_on_request(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    wiki.put("home", TEXT.replace("five", "5"))
    edited = wiki.pages.edit("home", [Replacement("one", "1")], first, ANNA, merge=True)
    assert edited.merged
    assert wiki.text("home") == TEXT.replace("five", "5").replace("one", "1")


def test_several_replacements_are_one_commit_or_none(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    with pytest.raises(InvalidInput, match=r"edit 2 of 2") as caught:
        wiki.pages.edit("home", [Replacement("one", "1"), Replacement("zero", "0")], first, ANNA)
    assert caught.value.fields["edit"] == 2
    assert wiki.text("home") == TEXT
    wiki.pages.edit("home", [Replacement("one", "1"), Replacement("1 two two", "1 2")], first, ANNA)
    assert "\n1 2\n" in wiki.text("home")


def test_a_dry_run_shows_the_diff_and_writes_nothing(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    edited = wiki.pages.edit("home", [Replacement("three", "3")], first, ANNA, dry_run=True)
    assert "-three\n+3\n" in edited.diff
    assert edited.revision == ""
    assert wiki.pages.read("home").revision == first


def test_replacements_that_undo_each_other_make_no_commit(wiki: Wiki) -> None:
    first = wiki.put("home", TEXT).revision
    done = wiki.pages.edit("home", [Replacement("one", "1"), Replacement("1", "one")], first, ANNA)
    assert done.revision == first


def test_other_bytes_than_utf8_survive_an_edit(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.store.refresh_index()
    (wiki.folder / "latin.md").write_bytes(b"caf\xe9 one\r\n")
    git(wiki.folder, "add", "latin.md")
    git(wiki.folder, "commit", "-qm", "latin")
    wiki.edit("latin", "one", "two")
    assert (wiki.folder / "latin.md").read_bytes() == b"caf\xe9 two\r\n"


def test_an_edit_cannot_grow_a_page_beyond_its_limit(wiki: Wiki) -> None:
    first = wiki.put("home", "end" + "x" * 999_990).revision
    with pytest.raises(TooLarge):
        edit_once(wiki, "end", "y" * 100, first)
