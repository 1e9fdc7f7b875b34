"""A token that is bound to a path finds what lies below it and nothing else, in each mode (DECISIONS 16)."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.functional.agents import Agent
from tests.functional.people import WRITER, Wiki, open_wiki

PAGES = ("team/plan", "team", "teams/plan", "plan")
BELOW = {"Team/Plan", "Team"}
EVERYWHERE = {"Team/Plan", "Team", "Teams/Plan", "Plan"}
MODES = ("keyword", "hybrid", "semantic")


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    """Four pages that say the same, two of them below `team`."""
    async with open_wiki(tmp_path / "data", embeddings="stand-in") as wiki:
        async with caller(wiki) as http:
            for page in PAGES:
                made = await http.put(f"/api/v1/pages/{page}", json={"content": f"wombats dig, {page}"})
                assert made.status_code == 201
        yield wiki


def caller(wiki: Wiki, prefix: str = "") -> httpx.AsyncClient:
    """A program with a token, for the whole wiki or for what lies below a path."""
    token = wiki.services.identity.tokens.create(WRITER, "mine", path_prefix=prefix)
    http = wiki.browser()
    http.headers["Authorization"] = f"Bearer {token}"
    return http


@pytest.mark.parametrize(("prefix", "expected"), [("team", BELOW), ("", EVERYWHERE)])
@pytest.mark.parametrize("mode", MODES)
async def test_rest_search(wiki: Wiki, mode: str, prefix: str, expected: set[str]) -> None:
    async with caller(wiki, prefix) as http:
        body = (await http.get(f"/api/v1/search?q=wombats+dig&limit=50&mode={mode}")).json()

    found = {hit["path"] for hit in body["results"]}
    assert expected <= found and (not prefix or (found == expected and body["total"] == len(expected)))


@pytest.mark.parametrize(("prefix", "expected"), [("team", BELOW), ("", EVERYWHERE)])
async def test_rest_semantic_search(wiki: Wiki, prefix: str, expected: set[str]) -> None:
    async with caller(wiki, prefix) as http:
        body = (await http.get("/api/v1/semantic-search?q=wombats+dig&n=50")).json()

    found = {hit["path"] for hit in body["results"]}
    assert expected <= found and (not prefix or found == expected)


@pytest.mark.parametrize(("prefix", "expected"), [("team", BELOW), ("", EVERYWHERE)])
@pytest.mark.parametrize("mode", MODES)
async def test_agents_search(wiki: Wiki, mode: str, prefix: str, expected: set[str]) -> None:
    async with caller(wiki, prefix) as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        body = await agent.done("search", query="wombats dig", mode=mode, limit=50)

    found = {hit["path"] for hit in body["results"]}
    assert expected <= found and (not prefix or found == expected)


@pytest.mark.parametrize("mode", MODES)
async def test_a_prefix_of_the_question_opens_no_other_part(wiki: Wiki, mode: str) -> None:
    async with caller(wiki, "team") as http:
        for prefix, expected in (("teams", set[str]()), ("plan", set()), ("team/", {"Team/Plan"})):
            asked = {"q": "wombats dig", "mode": mode, "prefix": prefix}
            body = (await http.get("/api/v1/search", params=asked)).json()
            assert {hit["path"] for hit in body["results"]} == expected
