"""Deleting pages and bringing texts back."""

import pytest

from tests.wiki_app.git import git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput, NotFound


def test_a_deleted_page_is_gone_and_its_attachments_stay(wiki: Wiki) -> None:
    wiki.put("Home", "x")
    wiki.pages.attach("home", "a.txt", b"a", ANNA)
    done = wiki.pages.delete("Home", ANNA)
    assert done.path == "Home"
    assert git(wiki.folder, "ls-tree", "-r", "--name-only", "HEAD").split() == ["home/a.txt"]
    assert wiki.log("-1", "--format=%H %s") == [f"{done.revision} [api] Delete: Home"]
    with pytest.raises(NotFound):
        wiki.pages.read("home")


def test_a_missing_page_cannot_be_deleted(wiki: Wiki) -> None:
    with pytest.raises(NotFound):
        wiki.pages.delete("home", ANNA)


def test_a_deletion_may_name_the_revision_it_means(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    second = wiki.put("home", "two\n").revision
    with pytest.raises(InvalidInput):
        wiki.pages.delete("home", ANNA, revision="abc")
    with pytest.raises(Conflict) as caught:
        wiki.pages.delete("home", ANNA, revision=first)
    assert caught.value.fields["current_revision"] == second
    assert "+two" in str(caught.value.fields["diff"])
    wiki.pages.delete("home", ANNA, "bye", second[:7])
    assert wiki.log("-1", "--format=%s") == ["bye"]


def test_links_of_a_deleted_page_are_gone(wiki: Wiki) -> None:
    wiki.put("home", "[[Other]]")
    wiki.pages.delete("home", ANNA)
    assert wiki.pages.links("home").links_to == []


def test_a_page_goes_back_to_a_revision(wiki: Wiki) -> None:
    first = wiki.put("home", "one\r\n").revision
    wiki.put("home", "two\n")
    done = wiki.pages.revert("home", first[:4], ANNA)
    assert (done.path, done.restored) == ("Home", first)
    assert wiki.text("home") == "one\r\n"
    assert wiki.pages.read("home").revision == done.revision
    assert wiki.log("-1", "--format=%s") == [f"[api] Revert: home to {first[:7]}"]


def test_a_deleted_page_comes_back(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    wiki.pages.delete("home", ANNA)
    assert wiki.pages.history("home").revisions[0].status == "D"
    wiki.pages.revert("home", first, ANNA)
    assert wiki.text("home") == "one\n"


def test_a_text_from_before_a_rename_comes_back(wiki: Wiki) -> None:
    first = wiki.put("old", "one\n").revision
    wiki.pages.rename("old", "new", ANNA)
    wiki.put("new", "two\n")
    wiki.pages.revert("new", first, ANNA)
    assert wiki.text("new") == "one\n"


def test_the_present_text_makes_no_commit(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    assert wiki.pages.revert("home", first, ANNA).revision == first


@pytest.mark.parametrize(
    ("path", "revision"), [("home", "deadbeef"), ("home", ""), ("never", "HEAD"), ("never", "")]
)
def test_what_never_was_cannot_come_back(wiki: Wiki, path: str, revision: str) -> None:
    wiki.put("home", "one\n")
    with pytest.raises(NotFound):
        wiki.pages.revert(path, revision, ANNA)


def test_a_revision_without_the_page_is_not_found(wiki: Wiki) -> None:
    before = wiki.put("other", "x").revision
    wiki.put("home", "one\n")
    with pytest.raises(NotFound):
        wiki.pages.revert("home", before, ANNA)
