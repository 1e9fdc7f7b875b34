"""The keyword index follows the branch."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.indexing import Indexing
from search.errors import SearchUnavailable
from search.keywords import KeywordIndex
from tests.wiki_app.git import commit_file, git
from wiki_app.rules import WikiRules
from wiki_app.store import Store


class Setup:
    """A store and an index, and what a query finds."""

    def __init__(self, data: Path) -> None:
        self.rules = WikiRules()
        self.store = Store.open(data, data / "cache", lambda: self.rules, index_delay=0)
        self.keywords = KeywordIndex(data / "cache" / "keywords.db")
        self.indexing = Indexing(self.store, self.keywords)
        self.repository = data / "repository"

    def found(self, query: str) -> list[str]:
        with self.store.view() as view:
            candidates = self.indexing.candidates(view, query, 10).found
        return sorted(candidate.document.id for candidate in candidates)

    def commit(self, path: str, text: str) -> str:
        return commit_file(self.repository, path, text)


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    setup = Setup(tmp_path)
    yield setup
    setup.keywords.close()
    setup.store.close()


def test_an_empty_wiki_has_nothing_to_find(setup: Setup) -> None:
    assert setup.found("anything") == []


def test_a_commit_is_found_changed_and_forgotten(setup: Setup) -> None:
    setup.commit("a.md", "---\ntitle: Zebra\ntags: hidden\n---\nstripes\n")
    assert (setup.found("zebra"), setup.found("stripes"), setup.found("hidden")) == (["a"], ["a"], [])

    setup.commit("a.md", "spots\n")
    assert (setup.found("zebra"), setup.found("spots")) == ([], ["a"])

    git(setup.repository, "rm", "-q", "a.md")
    git(setup.repository, "commit", "-qm", "gone")
    assert setup.found("spots") == []


def test_a_rename_moves_what_is_found(setup: Setup) -> None:
    setup.commit("a.md", "stripes\n")
    setup.found("stripes")
    git(setup.repository, "mv", "a.md", "b.md")
    git(setup.repository, "commit", "-qm", "moved")

    assert setup.found("stripes") == ["b"]


def test_what_is_no_page_is_not_found(setup: Setup) -> None:
    setup.commit("a.txt", "stripes\n")

    assert setup.found("stripes") == []


def test_a_deleted_index_is_filled_again(setup: Setup, tmp_path: Path) -> None:
    setup.commit("a.md", "stripes\n")
    setup.found("stripes")
    for file in (tmp_path / "cache").glob("keywords*"):
        file.unlink()

    assert setup.found("stripes") == ["a"]


def test_a_damaged_index_is_made_anew_in_the_middle_of_a_query(setup: Setup, tmp_path: Path) -> None:
    setup.commit("a.md", "stripes\n")
    setup.found("stripes")
    setup.keywords.close()
    with (tmp_path / "cache" / "keywords.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)

    assert setup.found("stripes") == ["a"]


def test_a_rewritten_history_is_followed(setup: Setup) -> None:
    setup.commit("a.md", "stripes\n")
    setup.commit("b.md", "spots\n")
    setup.found("spots")
    git(setup.repository, "reset", "-q", "--hard", "HEAD~1")
    setup.commit("c.md", "dots\n")

    assert (setup.found("spots"), setup.found("dots"), setup.found("stripes")) == ([], ["c"], ["a"])


def test_a_mark_that_the_repository_does_not_know_is_no_obstacle(setup: Setup) -> None:
    setup.commit("a.md", "stripes\n")
    setup.keywords.update([], [], expected=None, mark=f"{'1' * 40} {setup.rules.signature}")

    assert setup.found("stripes") == ["a"]


def test_other_rules_for_names_are_another_index(setup: Setup) -> None:
    setup.commit("a.md", "x\n")
    with setup.store.view() as view:
        before = setup.indexing.candidates(view, "a", 1).found[0].document.title
    setup.rules = WikiRules(retain_case=True)
    with setup.store.view() as view:
        after = setup.indexing.candidates(view, "a", 1).found[0].document.title

    assert (before, after) == ("A", "a")


def test_an_older_view_leaves_a_newer_index_alone(setup: Setup) -> None:
    setup.commit("a.md", "stripes\n")
    with setup.store.view() as old:
        setup.commit("b.md", "spots\n")
        assert setup.found("spots") == ["b"]
        mark = setup.keywords.mark()
        setup.indexing.catch_up(old)

    assert setup.keywords.mark() == mark


def test_threads_that_search_at_once_all_find(setup: Setup) -> None:
    for number in range(5):
        setup.commit(f"p{number}.md", "stripes\n")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(setup.found, ["stripes"] * 8))

    assert found == [["p0", "p1", "p2", "p3", "p4"]] * 8


def test_a_query_does_not_wait_for_ever_while_the_index_is_filled(setup: Setup) -> None:
    setup.commit("a.md", "stripes\n")
    impatient = Indexing(setup.store, setup.keywords, patience=0.01)

    with setup.store.view() as view, impatient.alone(), pytest.raises(SearchUnavailable):
        impatient.candidates(view, "stripes", 5)
