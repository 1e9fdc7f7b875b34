"""Read your writes, by words and by meaning: REST, agents, git (the browser: test_app). Nothing sleeps.

A query waits half a second for the model at most and says what is behind: a busy machine is asked again.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.agents import Agent
from tests.functional.rest import Rest, open_rest
from tests.wiki_app.git import git

MODES = ("keyword", "semantic", "hybrid")


@pytest.fixture
async def wiki(data: Path) -> AsyncIterator[Rest]:
    """The small wiki with the stand-in of a model."""
    async with open_rest(data, embeddings="stand-in") as rest:
        yield rest


async def everything(rest: Rest, query: str, mode: str) -> list[tuple[str, str]]:
    """Paths and snippets of all that is found, best first."""
    async with asyncio.timeout(60):
        while True:
            response = await rest.http.get("search", params={"q": query, "mode": mode, "limit": 50})
            assert response.status_code == 200, response.text
            if not response.json().get("behind"):
                return [(hit["path"], hit["snippet"]) for hit in response.json()["results"]]


async def best(rest: Rest, query: str, mode: str) -> str:
    return next((path for path, _ in await everything(rest, query, mode)), "")


def nowhere(found: list[tuple[str, str]], word: str) -> bool:
    return not any(word in path.lower() or word in snippet.lower() for path, snippet in found)


@pytest.mark.parametrize("mode", MODES)
async def test_rest_saves_renames_and_deletes(wiki: Rest, mode: str) -> None:
    await wiki.put("new", "zebras have stripes\n")
    assert await best(wiki, "zebras stripes", mode) == "New"

    await wiki.change("new", "giraffes have spots\n")
    assert await best(wiki, "giraffes spots", mode) == "New"
    assert nowhere(await everything(wiki, "zebras stripes", mode), "zebra")

    await wiki.http.post("pages/new/rename", json={"new_path": "moved"})
    assert await best(wiki, "giraffes spots", mode) == "Moved"
    assert nowhere(await everything(wiki, "giraffes spots new", mode), "new")

    await wiki.http.delete("pages/moved")
    assert nowhere(await everything(wiki, "giraffes spots", mode), "giraffe")


@pytest.mark.parametrize("mode", MODES)
async def test_agents_save_and_find(wiki: Rest, mode: str) -> None:
    wiki.http.base_url = "http://127.0.0.1"
    agent = Agent(wiki.http, wiki.services, wiki.repository)
    wiki.http.event_hooks = {}
    await agent.done("write_page", path="new", content="zebras have stripes\n")
    found = await agent.done("search", query="zebras stripes", mode=mode)

    assert (found["mode"], found["results"][0]["path"]) == (mode, "New")
    assert "note" not in found


@pytest.mark.parametrize("mode", MODES)
async def test_plain_git_commits_moves_and_removes(wiki: Rest, mode: str) -> None:
    wiki.commit("new.md", "zebras have stripes\n")
    assert await best(wiki, "zebras stripes", mode) == "New"

    wiki.services.store.refresh_index()
    git(wiki.repository, "mv", "new.md", "moved.md")
    git(wiki.repository, "commit", "-qm", "moved")
    assert await best(wiki, "zebras stripes", mode) == "Moved"

    git(wiki.repository, "rm", "-q", "moved.md")
    git(wiki.repository, "commit", "-qm", "gone")
    assert nowhere(await everything(wiki, "zebras stripes", mode), "zebra")


async def test_the_shipped_model_finds_what_no_word_says(data: Path) -> None:
    async with open_rest(data, embeddings="local") as rest:
        await rest.put("cars", "The automobile would not start because its battery was flat.\n")
        await everything(rest, "anything", "semantic")
        response = await rest.http.get("semantic-search", params={"q": "vehicle has no electric power"})
        state = (await rest.http.get("chroma-status")).json()

    assert response.json()["results"][0]["path"] == "Cars"
    assert (state["status"], state["collection"]) == ("connected", "all-MiniLM-L6-v2-w8a8")
