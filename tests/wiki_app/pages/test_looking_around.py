"""What agents look for: names nearby, who wrote what, what hangs in the air, the log by its filters."""

from dataclasses import replace

import pytest

from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.catalog import LogFilter
from wiki_app.errors import NotFound
from wiki_app.pages import Actor, Replacement
from wiki_app.repository import Author

BOT = Actor(Author("Bob", "bob@example.org"), agent="Helper", client="helper/2")


def test_similar_names_are_proposed(wiki: Wiki) -> None:
    for path in ("docs/install", "docs/uninstall", "install", "weather"):
        wiki.put(path, "x")
    assert wiki.pages.similar("docs/instal")[0] == "Docs/Install"
    assert wiki.pages.similar("other/install") == ["Docs/Install", "Install"]
    assert wiki.pages.similar("\0") == []


def test_lines_have_the_revision_that_they_came_with(wiki: Wiki) -> None:
    first = wiki.put("home", "# A\none\n\n# B\ntwo\n").revision
    second = wiki.pages.edit("home", [Replacement("two", "two\nthree")], first, BOT).revision
    written = wiki.pages.authorship("home")
    assert [(part.revision.revision, part.lines) for part in written] == [
        (second, [6]),
        (first, [1, 2, 3, 4, 5]),
    ]
    assert [part.lines for part in wiki.pages.authorship("home", "A")] == [[1, 2, 3]]
    assert written[0].revision.agent == "Helper"


def test_lines_are_followed_through_renames(wiki: Wiki) -> None:
    first = wiki.put("old", "one\ntwo\n").revision
    wiki.pages.rename("old", "new", ANNA)
    assert [part.revision.revision for part in wiki.pages.authorship("new")] == [first]


def test_loose_ends_are_orphans_and_broken_links(wiki: Wiki) -> None:
    wiki.put("home", "[[A]] [[Nowhere]]")
    wiki.put("a", "[[A]]")
    wiki.put("b", "x")
    ends = wiki.pages.loose_ends()
    assert (ends.orphans, ends.broken) == (["B"], [("Home", "Nowhere")])
    assert wiki.pages.missing(["A", "Nowhere"]) == ["Nowhere"]


def test_the_neighbourhood_goes_both_ways(wiki: Wiki) -> None:
    wiki.put("a", "[[B]]")
    wiki.put("b", "[[C]]")
    wiki.put("c", "[[D]]")
    assert wiki.pages.neighbourhood("c", 1, 10) == [("D", 1), ("B", 1)]
    assert wiki.pages.neighbourhood("c", 2, 10) == [("D", 1), ("B", 1), ("A", 2)]
    assert wiki.pages.neighbourhood("c", 3, 1) == [("D", 1)]


def test_the_log_is_filtered(wiki: Wiki) -> None:
    first = wiki.put("a", "x").revision
    wiki.pages.write("b", "x", None, BOT)
    wiki.put("c", "x")
    assert [entry.pages for entry in wiki.pages.log(LogFilter(agent="help"), 10)] == [("B",)]
    assert [entry.pages for entry in wiki.pages.log(LogFilter(author="ANNA"), 10)] == [("C",), ("A",)]
    assert [entry.pages for entry in wiki.pages.log(LogFilter(after=first[:7]), 10)] == [("C",), ("B",)]
    assert [entry.pages for entry in wiki.pages.log(LogFilter(), 1, 1)] == [("B",)]
    with pytest.raises(NotFound):
        wiki.pages.log(LogFilter(after="abcdef1"), 10)


def test_moves_and_reverts_can_insist_on_the_pages_revision(wiki: Wiki) -> None:
    first = wiki.put("a", "one").revision
    second = wiki.edit("a", "one", "two")
    with pytest.raises(Exception, match="Revision mismatch"):
        wiki.pages.rename("a", "b", ANNA, revision=first)
    with pytest.raises(Exception, match="Revision mismatch"):
        wiki.pages.revert("a", first, ANNA, base_revision=first)
    assert wiki.pages.revert("a", first, ANNA, base_revision=second).restored == first
    assert wiki.pages.rename("a", "b", replace(ANNA)).new_path == "B"
