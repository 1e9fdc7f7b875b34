"""The wiki's search page by words and meaning, and related pages: a real server, and the callers' rights."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from auth.principal import Principal, Right
from gateway.browser_search import BrowserSearch, asked_by
from gateway.searching import Asked
from tests.edge.server import Server, serving
from tests.functional.people import READER, open_wiki
from tests.functional.rest import Rest, open_rest
from tests.wiki_app.git import commit_file
from wiki_app.rules import WikiRules

PAGES = {
    "zoo/zebra": "# Zebra\n\n## Coat\n\nZebras have **stripes** <script>alert(1)</script> all over.\n",
    "zoo/giraffe": "# Giraffe\n\n## Coat\n\nGiraffes have spots all over, zebras have not.\n",
    "other": "# Other\n\nThe code ERR_X-42 stands here alone.\n",
    "plain": "stripes and spots\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("search") / "data"
    with serving(data, env={"WIKIBOT_EMBEDDINGS": "stand-in"}) as running:
        for path, text in PAGES.items():
            httpx.put(f"{running.url}/api/v1/pages/{path}", json={"content": text}).raise_for_status()
        embedded(running)
        yield running


def embedded(server: Server) -> None:
    """Until everything is found by meaning: each question says how much is not."""
    while get(server, "/api/v1/search", q="zebra", mode="hybrid").json()["behind"]:
        pass


def get(server: Server, path: str, **params: str) -> httpx.Response:
    return httpx.get(server.url + path, params=params, timeout=60)


def found(server: Server, query: str, **more: str) -> str:
    answer = get(server, "/-/search", query=query, **more)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_result_names_the_section_the_words_and_why(server: Server) -> None:
    html = found(server, "zebras with stripes")
    first = html[html.index('id="search-results"') :].split("</li>")[0]

    assert '<h2><a href="/Zoo/Zebra#coat">Zebra</a> <span class="folder text-muted">in Zoo</span>' in first
    assert "(words and meaning)" in first  # of so few pages every word is rare
    assert '<a class="headings" href="/Zoo/Zebra#coat">Zebra › Coat</a>' in first
    assert '<mark class="text-match">Zebras</mark> have' in first
    assert "<script>" not in first and "&lt;script&gt;" in first


def test_words_of_many_pages_are_words(server: Server) -> None:
    for number in range(4):
        page = f"{server.url}/api/v1/pages/herd/{number}"
        httpx.put(page, json={"content": f"# Herd {number}\n\nantelopes graze\n"}).raise_for_status()
    embedded(server)

    assert "(words and meaning)" in found(server, "antelopes graze")


def test_an_exact_term_stands_first_and_says_so(server: Server) -> None:
    html = found(server, "what about zebras and ERR_X-42")

    assert html.index("/Other#other") < html.index("/Zoo/Zebra")
    assert "(exact term and meaning)" in html or "(exact term)" in html


def test_the_form_by_post_and_the_path_ask_the_same(server: Server) -> None:
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as http:
        page = http.get("/-/search").text
        token = page.split('csrf-token" content="')[1].split('"')[0]
        posted = http.post("/-/search", data={"query": "zebras", "csrf_token": token}).text

    by_path = get(server, "/-/search/zebras").text
    for html in (posted, by_path):
        assert 'href="/Zoo/Zebra#' in html and "Results for “zebras”" in html


def test_a_switch_leads_to_exact_words(server: Server) -> None:
    html = found(server, "zebras have", is_exact="y")

    assert "Search matched 2 pages" in html
    assert "No match found" in found(server, "zebras have stripes all", is_exact="y")


def test_an_empty_question_a_long_one_and_control_characters_are_answered(server: Server) -> None:
    assert "Ask in your own words" in found(server, "  ")
    assert "Only the first 1,000 characters" in found(server, "zebra " * 1_700)
    assert "Results for “zebras”" in found(server, "zeb\0ras\x1b")


def test_what_is_saved_renamed_or_deleted_shows_at_once(server: Server) -> None:
    new = f"{server.url}/api/v1/pages/quagga"
    httpx.put(new, json={"content": "# Quagga\n\nthe quagga is gone\n"}).raise_for_status()
    assert 'href="/Quagga#quagga"' in found(server, "quagga")

    httpx.post(f"{new}/rename", json={"new_path": "moved"}).raise_for_status()
    moved = found(server, "quagga")
    assert 'href="/Moved#quagga"' in moved and 'href="/Quagga#' not in moved

    httpx.delete(f"{server.url}/api/v1/pages/moved").raise_for_status()
    assert 'href="/Moved#' not in found(server, "quagga")


def test_a_page_fetches_its_related_ones_and_has_them_already_the_second_time(server: Server) -> None:
    page = get(server, "/Zoo/Zebra").text
    answer = get(server, "/-/related/Zoo/Zebra")
    tag = {"If-None-Match": answer.headers["etag"]}

    assert 'fetch("/-/related/Zoo/Zebra")' in page
    assert {"title": "Giraffe", "path": "Zoo/Giraffe", "url": "/Zoo/Giraffe"} in answer.json()["related"]
    assert "Zoo/Zebra" not in [one["path"] for one in answer.json()["related"]]
    assert httpx.get(f"{server.url}/-/related/Zoo/Zebra", headers=tag).status_code == 304
    assert "/-/related" not in get(server, "/Zoo/Zebra/history").text


def test_a_page_that_was_deleted_or_renamed_is_related_no_more(server: Server) -> None:
    httpx.put(f"{server.url}/api/v1/pages/zoo/copy", json={"content": PAGES["zoo/zebra"]}).raise_for_status()
    embedded(server)
    assert "Zoo/Copy" in get(server, "/-/related/Zoo/Zebra").text

    copy = f"{server.url}/api/v1/pages/zoo/copy/rename"
    httpx.post(copy, json={"new_path": "zoo/twin"}).raise_for_status()
    renamed = get(server, "/-/related/Zoo/Zebra").text
    assert "Zoo/Twin" in renamed and "Zoo/Copy" not in renamed

    httpx.delete(f"{server.url}/api/v1/pages/zoo/twin").raise_for_status()
    assert "Zoo/Twin" not in get(server, "/-/related/Zoo/Zebra").text


@pytest.mark.parametrize("path", ["Nowhere", "..%2F..%2Fetc", "%00", "x" * 3_000])
def test_what_is_no_page_has_no_related_ones(server: Server, path: str) -> None:
    answer = get(server, f"/-/related/{path}")

    assert (answer.status_code, answer.json()) == (200, {"related": []})


# Without a model, and rights


@pytest.fixture
async def words_only(data: Path) -> AsyncIterator[Rest]:
    async with open_rest(data) as rest:
        yield rest


def bound_to(prefix: str) -> Principal:
    return Principal("bot", "Bot", "bot@example.org", frozenset({Right.READ}), "token", path_prefix=prefix)


async def test_without_a_model_it_finds_words_and_says_why_there_is_no_more(words_only: Rest) -> None:
    finder = BrowserSearch(words_only.services.searching, related=False)
    answer = await asyncio.to_thread(finder.find, bound_to(""), "otter", 10)

    assert [page.path for page in answer.pages] == ["Docs/Setup"]
    assert "words only" in answer.notice
    assert finder.related_at == ""
    assert await words_only.services.searching.related("guide", Asked("")) == ([], WikiRules())


async def test_who_is_bound_to_a_folder_finds_nothing_else(words_only: Rest) -> None:
    commit_file(words_only.repository, "otter.md", "otter otter\n", "another")
    finder = BrowserSearch(words_only.services.searching, related=False)

    async def paths(caller: object) -> list[str]:
        answer = await asyncio.to_thread(finder.find, caller, "otter", 10)
        return [page.path for page in answer.pages]

    assert await paths(bound_to("docs")) == ["Docs/Setup"]
    assert sorted(await paths(bound_to(""))) == ["Docs/Setup", "Otter"]
    assert await paths(None) == []
    assert finder.seen_by(bound_to("docs"))("docs/setup") and not finder.seen_by(bound_to("docs"))("otter")


async def test_who_is_bound_to_a_folder_sees_related_pages_of_it_only(data: Path) -> None:
    for name in ("docs/one", "docs/two", "three"):
        commit_file(data / "repository", f"{name}.md", "otters swim in rivers and eat fish\n", name)
    async with open_rest(data, embeddings="stand-in") as rest:
        searching = rest.services.searching
        await searching.rebuild()

        async def paths(prefix: str) -> list[str]:
            near, _ = await searching.related("docs/one", asked_by(bound_to(prefix), Asked("")))
            return sorted(one.id for one in near if one.cosine > 0.9)

        assert await paths("docs") == ["docs/two"]
        assert await paths("") == ["docs/two", "three"]


async def test_who_may_not_read_gets_no_related_pages(tmp_path: Path) -> None:
    preferences = {"READ_ACCESS": "REGISTERED"}
    async with open_wiki(tmp_path / "data", preferences=preferences, embeddings="none") as wiki:
        visitor = await wiki.person().http.get("/-/related/Home")
        reader = await (await wiki.signed_in(READER)).http.get("/-/related/Home")

    assert (visitor.status_code, reader.status_code) == (401, 200)
