"""The pages that an empty data folder begins with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from wiki_app.rules import WikiRules
from wiki_app.starter import create_starter, starter_pages
from wiki_app.store import Store
from wiki_app.text import frontmatter, wikilinks

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NOT_WRITTEN_YET = {"ideas", "projects/otter"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, tmp_path / "cache", WikiRules, index_delay=0)
    yield store
    store.close()


def test_an_empty_store_gets_the_pages_in_one_commit(store: Store) -> None:
    create_starter(store, lambda: NOON)
    repository = store.repository.path
    assert git(repository, "log", "--format=%aI %an") == "2026-05-04T12:00:00+00:00 wikibot\n"
    assert sorted(git(repository, "ls-files").splitlines()) == sorted(starter_pages())


def test_a_store_with_a_commit_is_left_alone(store: Store) -> None:
    commit_file(store.repository.path, "mine.md", "mine")
    assert create_starter(store, lambda: NOON) is None
    assert git(store.repository.path, "ls-files") == "mine.md\n"


def test_home_is_found_where_case_is_retained(store: Store) -> None:
    create_starter(store, lambda: NOON, retain_case=True)
    assert "Home.md" in git(store.repository.path, "ls-files").splitlines()


@pytest.mark.parametrize("name", sorted(starter_pages()))
def test_a_page_has_frontmatter_and_links_that_lead_somewhere(name: str) -> None:
    text = starter_pages()[name].decode()
    data = frontmatter.split(text).data
    assert data is not None
    assert data["title"]
    known = {page.removesuffix(".md") for page in starter_pages()} | NOT_WRITTEN_YET
    assert set(wikilinks.targets(text, WikiRules())) - {"wikilinks"} <= known
    assert name == name.lower()
