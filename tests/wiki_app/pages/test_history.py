"""Histories, diffs and the changelog."""

import pytest

from tests.wiki_app.git import git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import InvalidInput, NotFound
from wiki_app.pages import Actor


def test_a_history_has_the_newest_first(wiki: Wiki) -> None:
    revisions = [wiki.put("home", text).revision for text in ("one\n", "two\n", "three\n")]
    found = wiki.pages.history("Home")
    assert found.path == "Home"
    assert [change.revision for change in found.revisions] == revisions[::-1]
    assert [change.revision for change in wiki.pages.history("home", 2).revisions] == revisions[:0:-1]


def test_a_page_that_never_was_has_no_history(wiki: Wiki) -> None:
    with pytest.raises(NotFound):
        wiki.pages.history("home")
    with pytest.raises(InvalidInput):
        wiki.pages.history("..")


def test_agents_stand_beside_the_message(wiki: Wiki) -> None:
    agent = Actor(ANNA.author, agent="claude", client="desk\ntop", request_id="r1")
    wiki.pages.write("home", "x", None, agent, "Say hello\n\nAt length.")
    [change] = wiki.pages.history("home").revisions
    assert (change.agent, change.client) == ("claude", "desk top")
    assert change.commit.message == "Say hello\n\nAt length."
    trailers = git(wiki.folder, "log", "-1", "--format=%(trailers)").split("\n")
    assert trailers[:3] == ["Agent: claude", "Client: desk top", "Request-Id: r1"]


def test_a_diff_between_revisions_or_until_now(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    second = wiki.put("home", "two\n").revision
    third = wiki.put("home", "three\n").revision
    found = wiki.pages.diff("home", first[:6], second)
    assert (found.from_, found.to) == (first, second)
    assert found.diff == "--- a/home.md\n+++ b/home.md\n@@ -1 +1 @@\n-one\n+two\n"
    assert wiki.pages.diff("home", second).to == third


def test_a_diff_over_a_rename_names_both_files(wiki: Wiki) -> None:
    first = wiki.put("old", "one\ntwo\nthree\n").revision
    wiki.pages.rename("old", "new", ANNA)
    wiki.edit("new", "two", "2")
    assert wiki.pages.diff("new", first).diff.startswith("--- a/old.md\n+++ b/new.md\n")


@pytest.mark.parametrize(("path", "revision"), [("no", "deadbeef"), ("home", "deadbeef"), ("home", "")])
def test_a_diff_needs_a_page_and_a_revision(wiki: Wiki, path: str, revision: str) -> None:
    wiki.put("home", "one\n")
    with pytest.raises(NotFound):
        wiki.pages.diff(path, revision)


def test_the_changelog_names_the_pages(wiki: Wiki) -> None:
    wiki.put("Docs/One", "[[two]]")
    wiki.put("two", "x")
    wiki.pages.attach("two", "a.txt", b"a", ANNA)
    renamed = wiki.pages.rename("two", "three", ANNA)
    log = wiki.pages.changelog()
    assert [entry.pages for entry in log] == [("Docs/One", "Three"), (), ("Two",), ("Docs/One",)]
    assert log[0].commit.revision == renamed.revision
    assert log[-1].commit.message == "[api] Create: Docs/One"
    assert wiki.pages.changelog(1) == log[:1]


def test_an_empty_wiki_has_an_empty_changelog(wiki: Wiki) -> None:
    assert wiki.pages.changelog() == []
