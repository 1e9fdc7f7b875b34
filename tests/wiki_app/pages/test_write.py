"""Writing whole pages, and the lock by revision."""

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput, PathClash, TooLarge

UNKNOWN = "deadbeef00000000"


def test_a_new_page_is_created(wiki: Wiki) -> None:
    written = wiki.pages.write("Docs/Intro", "text", "ignored", ANNA)
    assert (written.key, written.path, written.created) == ("docs/intro", "Docs/Intro", True)
    assert git(wiki.folder, "show", f"{written.revision}:docs/intro.md") == "text"
    assert (wiki.folder / "docs/intro.md").read_text() == "text"


def test_the_current_revision_or_a_prefix_lets_a_page_be_replaced(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    second = wiki.pages.write("home", "two\n", first.revision[:7].upper(), ANNA)
    assert not second.created
    assert wiki.text("home") == "two\n"


@pytest.mark.parametrize("revision", [None, ""])
def test_an_existing_page_needs_a_revision(wiki: Wiki, revision: str | None) -> None:
    wiki.put("home", "one\n")
    with pytest.raises(Conflict, match="Revision required") as caught:
        wiki.pages.write("home", "two\n", revision, ANNA)
    assert "current_revision" not in caught.value.fields


def test_a_short_revision_is_invalid(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    with pytest.raises(InvalidInput, match="at least 7 characters"):
        wiki.pages.write("home", "two\n", first.revision[:6], ANNA)


def test_an_unknown_revision_conflicts_without_a_diff(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    with pytest.raises(Conflict, match="Revision mismatch") as caught:
        wiki.pages.write("home", "two\n", UNKNOWN, ANNA)
    assert caught.value.fields["current_revision"] == first.revision
    assert "diff" not in caught.value.fields


def test_a_stale_revision_conflicts_with_the_diff_since(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    second = wiki.put("home", "two\n")
    with pytest.raises(Conflict) as caught:
        wiki.pages.write("home", "three\n", first.revision, ANNA)
    assert caught.value.fields["current_revision"] == second.revision
    assert caught.value.fields["diff"] == "--- a/home.md\n+++ b/home.md\n@@ -1 +1 @@\n-one\n+two\n"


def test_a_commit_by_git_makes_a_revision_stale(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    wiki.store.refresh_index()
    by_hand = commit_file(wiki.folder, "home.md", "by hand\n")
    with pytest.raises(Conflict) as caught:
        wiki.pages.write("home", "mine\n", first.revision, ANNA)
    assert caught.value.fields["current_revision"] == by_hand


def test_changes_apart_are_merged_on_request(wiki: Wiki) -> None:
    lines = ["one\n", "two\n", "three\n", "four\n", "five\n"]
    first = wiki.put("home", "".join(lines))
    wiki.put("home", "".join(["1\n", *lines[1:]]))
    written = wiki.pages.write("home", "".join([*lines[:4], "5\n"]), first.revision, ANNA, merge=True)
    assert written.merged
    assert wiki.text("home") == "1\ntwo\nthree\nfour\n5\n"


def test_changes_that_overlap_are_not_merged(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    wiki.put("home", "two\n")
    with pytest.raises(Conflict):
        wiki.pages.write("home", "three\n", first.revision, ANNA, merge=True)
    assert wiki.text("home") == "two\n"


def test_the_same_text_makes_no_commit(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n")
    again = wiki.pages.write("home", "one\n", first.revision, ANNA)
    assert again.revision == first.revision
    assert len(wiki.log("--format=%H")) == 1


@pytest.mark.parametrize("text", ["", "no newline", "a\r\nb\rc\n", "\ufeffbom", "tab\t🙂\n\n"])
def test_a_text_is_kept_as_it_is(wiki: Wiki, text: str) -> None:
    wiki.put("home", text)
    assert (wiki.folder / "home.md").read_bytes() == text.encode()
    assert wiki.text("home") == text


@pytest.mark.parametrize("text", ["\ud800", "nul\0", "bell\x07", "esc\x1b", "c1\x9b"])
def test_what_is_no_text_is_refused(wiki: Wiki, text: str) -> None:
    with pytest.raises(InvalidInput):
        wiki.pages.write("home", text, None, ANNA)
    assert wiki.pages.list() == []


def test_a_page_may_have_a_million_bytes_and_no_more(wiki: Wiki) -> None:
    wiki.put("home", "é" * 500_000)
    with pytest.raises(TooLarge) as caught:
        wiki.put("other", "é" * 500_000 + "x")
    assert caught.value.fields == {"size": 1_000_001, "limit": 1_000_000}


@pytest.mark.parametrize("path", ["mcp", "api/v1", "llms.txt", "../x", ".git/hooks/x", "a/./b", "x" * 300])
def test_a_page_cannot_be_made_there(wiki: Wiki, path: str) -> None:
    with pytest.raises(InvalidInput):
        wiki.pages.write(path, "x", None, ANNA)
    assert wiki.store.repository.head() is None


def test_a_reserved_page_that_exists_can_still_be_changed(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.store.refresh_index()
    commit_file(wiki.folder, "mcp.md", "old\n")
    assert wiki.edit("mcp", "old", "new")


def test_a_page_cannot_be_made_below_a_file(wiki: Wiki) -> None:
    wiki.put("home", "x")
    wiki.pages.attach("home", "data.csv", b"1", ANNA)
    with pytest.raises(PathClash):
        wiki.put("home/data.csv/sub", "x")


def test_a_symbolic_link_is_not_written_through(wiki: Wiki) -> None:
    wiki.put("home", "x\n")
    wiki.store.refresh_index()
    (wiki.folder / "alias.md").symlink_to("home.md")
    git(wiki.folder, "add", "alias.md")
    git(wiki.folder, "commit", "-qm", "alias")
    page = wiki.pages.read("alias")
    assert page.content == "x\n"
    with pytest.raises(InvalidInput, match="link to another file"):
        wiki.pages.write("alias", "y\n", page.revision, ANNA)


@pytest.mark.parametrize(("given", "said"), [("My message", "My message"), (" ", "[api] Create: Home")])
def test_the_message_is_the_given_one_or_the_usual_one(wiki: Wiki, given: str, said: str) -> None:
    wiki.pages.write("Home", "x", None, ANNA, given)
    assert wiki.log("-1", "--format=%s") == [said]


def test_an_update_says_so(wiki: Wiki) -> None:
    wiki.put("home", "one")
    wiki.put("home", "two")
    assert wiki.log("-1", "--format=%s") == ["[api] Update: home"]
