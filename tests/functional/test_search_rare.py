"""Two hundred planted identifiers, each first through every door that finds by words (DECISIONS 27)."""

from pathlib import Path

from tests.functional.agents import Agent
from tests.functional.rest import Rest, open_rest
from tests.search.test_rare_terms import identifiers, pages
from tests.wiki_app.git import git

PLANTED = identifiers(200)


def plant(repository: Path) -> None:
    """One commit with a page for each, and pages that have all of their parts."""
    for page in pages(PLANTED):
        (repository / f"{page.id}.md").write_text(page.body)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "planted")


async def first_by_rest(rest: Rest, name: str, mode: str) -> str:
    response = await rest.http.get("search", params={"q": name, "mode": mode, "limit": 3})
    return str(next((hit["path"] for hit in response.json()["results"]), ""))


async def first_by_agent(agent: Agent, name: str, mode: str) -> str:
    found = await agent.done("search", query=name, mode=mode, limit=3)
    return str(next((hit["path"] for hit in found["results"]), ""))


async def test_two_hundred_planted_identifiers_are_first_through_every_door(data: Path) -> None:
    plant(data / "repository")
    async with open_rest(data, embeddings="stand-in") as rest:
        while await rest.services.search_work(60):
            pass
        by_rest = {
            (mode, name): await first_by_rest(rest, name, mode)
            for mode in ("keyword", "hybrid")
            for name in PLANTED
        }
        rest.http.event_hooks, rest.http.base_url = {}, "http://127.0.0.1"
        agent = Agent(rest.http, rest.services, rest.repository)
        by_agent = {
            (mode, name): await first_by_agent(agent, name, mode)
            for mode in ("keyword", "hybrid")
            for name in PLANTED
        }

    expected = {name: f"Page{number}" for number, name in enumerate(PLANTED)}
    assert [key for key, path in by_rest.items() if path != expected[key[1]]] == []
    assert [key for key, path in by_agent.items() if path != expected[key[1]]] == []
