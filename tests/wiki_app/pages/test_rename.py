"""Renaming pages with all that belongs to them."""

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput, NotFound
from wiki_app.pages import Renamed


def rename(wiki: Wiki, path: str, new_path: str) -> Renamed:
    return wiki.pages.rename(path, new_path, ANNA)


def files(wiki: Wiki) -> list[str]:
    return [entry.path for entry in wiki.store.repository.snapshot().files()]


def test_a_page_gets_another_name(wiki: Wiki) -> None:
    wiki.put("old-name", "Hello")
    done = rename(wiki, "old-name", "/new-name.md")
    assert (done.old_path, done.new_path, done.updated_pages) == ("Old-Name", "New-Name", [])
    assert wiki.text("new-name") == "Hello"
    assert files(wiki) == ["new-name.md"]
    assert wiki.log("-1", "--format=%s") == ["[api] Rename: old-name -> /new-name.md"]


def test_links_follow_in_the_same_commit(wiki: Wiki) -> None:
    wiki.put("target", "I link to [[Target#here|myself]] and [[Me|Target]]")
    wiki.put("linker", "See [[Target]], [[its part|/target#part]], [[Targets]], `[[Target]]`")
    done = rename(wiki, "target", "new-target")
    assert done.updated_pages == ["Linker", "New-Target"]
    expected = "See [[New-Target]], [[its part|/New-Target#part]], [[Targets]], `[[Target]]`"
    assert wiki.text("linker") == expected
    assert "[[Me|New-Target]]" in wiki.text("new-target")
    assert wiki.pages.read("linker").revision == done.revision == wiki.pages.read("new-target").revision
    assert wiki.pages.links("new-target").linked_from == ["Linker", "New-Target"]


def test_addresses_in_markdown_links_follow(wiki: Wiki) -> None:
    wiki.put("My Page", "![p](/My%20Page/p.png)")
    wiki.put("other", "[x](/my page) [y](</My Page#a>) [z](/My%20Pages) [q](/My%20Page/p.png?x=(1))")
    done = rename(wiki, "My Page", "New Page")
    assert done.updated_pages == ["New Page", "Other"]
    assert wiki.text("new page") == "![p](/New%20Page/p.png)"
    assert "[y](</New%20Page#a>) [z](/My%20Pages) [q](/New%20Page/p.png?x=(1))" in wiki.text("other")


def test_attachments_and_sub_pages_move_along(wiki: Wiki) -> None:
    wiki.put("docs", "root")
    wiki.put("docs/intro", "[[docs/intro/deep]]")
    wiki.put("docs/intro/deep", "[[Docs]]")
    wiki.put("outside", "[[Docs/Intro]]")
    wiki.pages.attach("docs/intro", "a.png", b"png", ANNA)
    done = rename(wiki, "docs", "manual")
    assert files(wiki) == [
        "manual.md",
        "manual/intro.md",
        "manual/intro/a.png",
        "manual/intro/deep.md",
        "outside.md",
    ]
    assert wiki.text("outside") == "[[Manual/Intro]]"
    assert wiki.text("manual/intro") == "[[Manual/Intro/Deep]]"
    assert done.moved[0] == ("Docs", "Manual")
    assert len(wiki.log("--format=%H")) == 6
    assert not (wiki.folder / "docs").exists()


@pytest.mark.parametrize(("old", "new"), [("a", "a/b"), ("a/b", "a")])
def test_a_page_moves_below_or_above_its_own_place(wiki: Wiki, old: str, new: str) -> None:
    wiki.put(old, "page")
    wiki.put(f"{old}/b", f"[[{old}]] [[{old}/b]]")
    rename(wiki, old, new)
    assert files(wiki) == [f"{new}.md", f"{new}/b.md"]
    titled = new.title()
    assert wiki.text(f"{new}/b") == f"[[{titled}]] [[{titled}/B]]"


def test_history_goes_on_behind_the_rename(wiki: Wiki) -> None:
    first = wiki.put("old", "one\ntwo\nthree\n").revision
    done = rename(wiki, "old", "new")
    revisions = [change.revision for change in wiki.pages.history("new").revisions]
    assert revisions == [done.revision, first]


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("missing", "x", NotFound, "Page not found"),
        ("page-a", "page-b", Conflict, "A page already exists at: page-b"),
        ("page-a", "Page-A", InvalidInput, "same as the current path"),
        ("page-a", " ", InvalidInput, "must not be empty"),
        ("page-a", "mcp", InvalidInput, "reserved"),
        ("page-a", "../x", InvalidInput, "no page's path"),
        ("page-a", ".git/config", InvalidInput, "no page's path"),
    ],
)
def test_a_rename_is_refused(wiki: Wiki, old: str, new: str, error: type[Exception], said: str) -> None:
    wiki.put("page-a", "A")
    wiki.put("page-b", "B")
    with pytest.raises(error, match=said):
        rename(wiki, old, new)
    assert files(wiki) == ["page-a.md", "page-b.md"]


def test_nothing_that_stands_at_the_new_place_is_overwritten(wiki: Wiki) -> None:
    wiki.put("one", "1")
    wiki.put("one/sub", "1")
    wiki.put("two/sub", "2")
    with pytest.raises(Conflict, match="A page already exists"):
        rename(wiki, "one", "two")
    assert wiki.text("two/sub") == "2"


def test_a_new_page_in_the_old_place_has_its_own_history(wiki: Wiki) -> None:
    wiki.put("old", "the same text\n")
    rename(wiki, "old", "new")
    again = wiki.put("old", "another text\n")
    assert wiki.pages.history("old").revisions[0].revision == again.revision
    wiki.put("look-alike", "the same text\n")
    assert len(wiki.pages.history("look-alike").revisions) == 1


def test_case_alone_can_change_where_it_is_retained(cased_wiki: Wiki) -> None:
    cased_wiki.put("readme", "x")
    cased_wiki.put("links", "[[readme]] [[README]]")
    rename(cased_wiki, "readme", "ReadMe")
    assert cased_wiki.text("links") == "[[ReadMe]] [[README]]"


def test_a_page_from_git_is_renamed_with_its_link(wiki: Wiki) -> None:
    wiki.put("home", "[[Hand]]")
    wiki.store.refresh_index()
    commit_file(wiki.folder, "hand.md", "by hand\n")
    rename(wiki, "hand", "moved")
    assert wiki.text("home") == "[[Moved]]"


def test_a_symbolic_link_moves_as_it_is(wiki: Wiki) -> None:
    wiki.put("a", "x")
    wiki.put("a/page", "y")
    wiki.store.refresh_index()
    (wiki.folder / "a/link.txt").symlink_to("page.md")
    git(wiki.folder, "add", "a/link.txt")
    git(wiki.folder, "commit", "-qm", "link")
    rename(wiki, "a", "b")
    assert git(wiki.folder, "ls-tree", "HEAD", "b/link.txt").startswith("120000")
