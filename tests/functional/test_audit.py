"""What was written and refused stands in the audit log: who, door, operation, pages, revision."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.agents import Agent
from tests.functional.people import WRITER, Wiki, open_wiki
from tests.wiki_app.git import commit_file


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data") as wiki:
        yield wiki


def entries(wiki: Wiki, event: str) -> list[dict[str, Any]]:
    return [entry for entry in map(json.loads, wiki.audit().splitlines()) if entry["event"] == event]


async def test_writes_over_rest_and_mcp_name_person_agent_page_and_revision(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "ci")
    await wiki.ask("PUT", "/api/v1/pages/by-rest", token, json={"content": "x"})
    async with wiki.browser() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        agent = Agent(http, wiki.services, wiki.settings.repository, name="Helper")
        await agent.call("write_page", path="by-mcp", content="y")

    rest, mcp = entries(wiki, "write")
    assert (rest["who"], rest["door"], rest["operation"], rest["pages"]) == (
        WRITER,
        "rest",
        "write",
        ["by-rest.md"],
    )
    assert (mcp["who"], mcp["door"], mcp["operation"], mcp["agent"]) == (WRITER, "mcp", "write", "Helper")
    assert len(mcp["revision"]) == 40
    assert mcp["request_id"]
    assert token not in wiki.audit()


async def test_a_commit_from_outside_is_its_authors(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "ci")
    commit_file(wiki.settings.repository, "outside.md", "z", "by hand")
    await wiki.ask("PUT", "/api/v1/pages/after", token, json={"content": "x"})

    doors = {entry["pages"][0]: entry["door"] for entry in entries(wiki, "write")}

    assert doors["after.md"] == "rest"
    assert doors.get("outside.md", "outside") == "outside"


async def test_refusals_are_noted_with_what_was_wanted(wiki: Wiki) -> None:
    await wiki.ask("PUT", "/api/v1/pages/new", json={"content": "x"})
    await wiki.ask("GET", "/api/v1/pages", "owp_not-a-token")
    async with wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        await agent.post("tools/call", {"name": "write_page", "arguments": {"path": "a", "content": "b"}})

    noted = [(e["door"], e.get("operation"), e["status"], e["who"]) for e in entries(wiki, "refused")]

    assert noted == [
        ("rest", "write", 401, "anonymous"),
        ("rest", None, 401, "anonymous"),
        ("mcp", "write", 401, "anonymous"),
    ]
    assert "owp_not-a-token" not in wiki.audit()
