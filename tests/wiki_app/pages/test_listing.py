"""Listings with filters, and links."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.wiki_app.pages.wiki import Wiki, open_wiki

PAGES = {
    "docs/intro": "---\ntitle: Start\ncategory: Guide\ntags: [guide, '2024']\n---\nIntro is [[Docs/Next]]",
    "docs/next": "---\ncategory: 7\ntags: a, API\n---\nNext [[missing]]",
    "docsearch": "plain",
    "blog/post": "---\n: broken\n---\nx",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    """Nothing in this file changes it."""
    wiki = open_wiki(tmp_path_factory.mktemp("filled"))
    for path, text in PAGES.items():
        wiki.put(path, text)
    yield wiki
    wiki.store.close()


def paths(wiki: Wiki, **wanted: str) -> list[str]:
    return [page.path for page in wiki.pages.list(**wanted)]  # type: ignore[arg-type]


def test_all_pages_are_listed_by_path(filled: Wiki) -> None:
    assert paths(filled) == ["Blog/Post", "Docs/Intro", "Docs/Next", "Docsearch"]


def test_a_row_tells_about_its_page(filled: Wiki) -> None:
    row = filled.pages.list(prefix="docs/intro")[0]
    assert (row.name, row.category, row.tags, row.words) == ("Start", "Guide", ("guide", "2024"), 3)
    assert row.revision == filled.pages.read("docs/intro").revision
    assert row.size == len(PAGES["docs/intro"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"prefix": "Docs"}, ["Docs/Intro", "Docs/Next", "Docsearch"]),
        ({"prefix": "/docs/"}, ["Docs/Intro", "Docs/Next"]),
        ({"category": "guide"}, ["Docs/Intro"]),
        ({"category": "7"}, ["Docs/Next"]),
        ({"tag": "api"}, ["Docs/Next"]),
        ({"tag": "2024"}, ["Docs/Intro"]),
        ({"tag": "guid"}, []),
        ({"prefix": "docs/", "tag": "guide", "category": "GUIDE"}, ["Docs/Intro"]),
    ],
)
def test_filters_go_together(filled: Wiki, wanted: dict[str, str], found: list[str]) -> None:
    assert paths(filled, **wanted) == found


def test_pages_since_a_time(filled: Wiki) -> None:
    now = datetime.now(UTC)
    assert len(filled.pages.list(updated_since=now - timedelta(hours=1))) == 4
    assert filled.pages.list(updated_since=now + timedelta(hours=1)) == []
    assert len(filled.pages.list(updated_since=datetime(2000, 1, 1))) == 4  # noqa: DTZ001  # means UTC


def test_links_of_a_page(filled: Wiki) -> None:
    links = filled.pages.links("Docs/Next")
    assert (links.path, links.links_to, links.linked_from) == ("Docs/Next", ["Missing"], ["Docs/Intro"])


def test_links_of_a_page_that_is_not_there(filled: Wiki) -> None:
    assert filled.pages.links("missing").linked_from == ["Docs/Next"]


def test_the_graph_has_all_pages_and_targets(filled: Wiki) -> None:
    graph = filled.pages.graph()
    assert graph.nodes == ["Blog/Post", "Docs/Intro", "Docs/Next", "Docsearch", "Missing"]
    assert graph.edges == [("Docs/Intro", "Docs/Next"), ("Docs/Next", "Missing")]
