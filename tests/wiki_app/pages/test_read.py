"""Reading pages, now and at a revision."""

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import InvalidInput, NotFound


def test_a_page_is_read_whole(wiki: Wiki) -> None:
    written = wiki.put("Docs/My Page", "---\ntitle: Guide\ntags: [a]\n---\n# Hello\n[[Other#top]]\n")
    page = wiki.pages.read("docs/my%20page.md")
    assert (page.key, page.path, page.name) == ("docs/my page", "Docs/My Page", "Guide")
    assert page.content.startswith("---\ntitle: Guide")
    assert page.frontmatter == {"title": "Guide", "tags": ["a"]}
    assert page.links_to == ["Other"]
    assert page.revision == written.revision == page.last_commit.revision
    assert page.last_commit.commit.author.name == "Anna"
    assert page.last_commit.commit.message == "[api] Create: Docs/My Page"


def test_a_page_without_a_title_is_named_by_its_path(wiki: Wiki) -> None:
    assert wiki.put("docs/test-page", "text").name == wiki.pages.read("docs/test-page").name == "Test-Page"


def test_pages_that_link_here_are_listed(wiki: Wiki) -> None:
    wiki.put("target", "x")
    wiki.put("source a", "[[Target]]")
    assert wiki.pages.read("target").linked_from == ["Source A"]


def test_a_missing_page_is_not_found(wiki: Wiki) -> None:
    with pytest.raises(NotFound, match="Page not found: No/Such"):
        wiki.pages.read("No/Such")


@pytest.mark.parametrize("path", ["../etc/passwd", ".git/config", "a/%2e%2e/b", "x\0"])
def test_no_path_leads_out(wiki: Wiki, path: str) -> None:
    with pytest.raises(InvalidInput):
        wiki.pages.read(path)


def test_a_page_with_capitals_in_its_file_name_is_found(wiki: Wiki) -> None:
    commit_file(wiki.folder, "ReadMe.md", "from git\n")
    assert wiki.pages.read("ReadMe").content == "from git\n"
    assert wiki.pages.read("ReadMe").path == "ReadMe"


def test_names_keep_their_case_where_it_is_retained(cased_wiki: Wiki) -> None:
    cased_wiki.put("Docs/ReadMe", "x")
    assert cased_wiki.pages.read("Docs/ReadMe").path == "Docs/ReadMe"
    with pytest.raises(NotFound):
        cased_wiki.pages.read("docs/readme")


def test_what_git_commits_is_read_at_once(wiki: Wiki) -> None:
    wiki.put("home", "one\n")
    wiki.store.refresh_index()
    revision = commit_file(wiki.folder, "home.md", "two\n")
    page = wiki.pages.read("home")
    assert (page.content, page.revision) == ("two\n", revision)


def test_bytes_that_are_not_utf8_are_replaced(wiki: Wiki) -> None:
    (wiki.folder / "latin.md").write_bytes(b"caf\xe9\n")
    git(wiki.folder, "add", "latin.md")
    git(wiki.folder, "commit", "-qm", "latin")
    assert wiki.pages.read("latin").content == "caf\ufffd\n"


def test_an_old_revision_has_the_old_text(wiki: Wiki) -> None:
    first = wiki.put("home", "one [[A]]\n").revision
    second = wiki.put("home", "two [[B]]\n").revision
    old = wiki.pages.read("home", first[:8])
    assert (old.content, old.revision, old.links_to) == ("one [[A]]\n", first, ["A"])
    assert wiki.pages.read("home", second).content == "two [[B]]\n"


def test_any_commit_shows_the_page_as_it_was_then(wiki: Wiki) -> None:
    first = wiki.put("home", "one\n").revision
    between = wiki.put("other", "x\n").revision
    wiki.put("home", "two\n")
    old = wiki.pages.read("home", between)
    assert (old.content, old.revision) == ("one\n", first)


def test_a_revision_from_before_a_rename_is_read(wiki: Wiki) -> None:
    first = wiki.put("old", "text\n").revision
    wiki.pages.rename("old", "new", ANNA)
    assert wiki.pages.read("new", first).content == "text\n"


@pytest.mark.parametrize("revision", ["deadbeef", "abc", "zzzz", "", "é" * 8, "0" * 40])
def test_an_unknown_revision_is_not_found(wiki: Wiki, revision: str) -> None:
    wiki.put("home", "one\n")
    with pytest.raises(NotFound):
        wiki.pages.read("home", revision)
