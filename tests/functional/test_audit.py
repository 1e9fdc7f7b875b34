"""What was written and refused stands in the audit log: who, door, operation, pages, revision."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.auth.identity import access_token
from tests.functional.agents import Agent
from tests.functional.people import WRITER, Wiki, open_wiki
from tests.wiki_app.git import commit_file
from wiki_app.addresses import address


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


async def test_a_tool_that_says_no_inside_a_200_is_noted_too(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "team", path_prefix="team")
    reading = wiki.services.identity.tokens.create(WRITER, "reader", scopes=("wiki:read",))
    granted = access_token(wiki.services.identity.grants, WRITER, "wiki:read")
    async with wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository, name="Helper")
        http.headers["Authorization"] = f"Bearer {token}"
        outside = await agent.call("write_page", path="plan", content="x")
        inside = await agent.call("write_page", path="team/plan", content="x")
        unread = await agent.post("resources/read", {"uri": "wiki://page/home"})
        http.headers["Authorization"] = f"Bearer {reading}"
        short = await agent.call("delete_page", path="home")
        listed = await agent.ask("resources/list")
        http.headers["Authorization"] = f"Bearer {granted}"
        wider = await agent.post("tools/call", {"name": "delete_page", "arguments": {"path": "home"}})

    assert [answer.failed for answer in (outside, inside, short)] == [True, False, True]
    assert (unread.status_code, wider.status_code) == (200, 403)
    assert listed["resources"]
    noted = [
        (entry.get("code"), entry["operation"], entry.get("pages"), entry["status"], entry["agent"])
        for entry in entries(wiki, "refused")
    ]
    assert noted == [
        ("permission_denied", "write", ["plan"], 200, "Helper"),
        ("permission_denied", "read", ["home"], 200, "MCP client"),
        ("permission_denied", "delete", None, 200, "Helper"),
        (None, "delete", None, 403, "Some Agent"),
    ]


async def test_refusals_in_the_browser_are_noted_and_a_wrong_password_has_its_own_entry(wiki: Wiki) -> None:
    will, stranger = await wiki.signed_in(WRITER), wiki.person()
    await will.open("/-/auth/accounts")
    await will.open("/-/auth/account")
    await stranger.sign_in(WRITER, "wrong password")
    await stranger.http.get("/-/auth/account")
    await stranger.http.post("/-/logout", headers={"Sec-Fetch-Site": "cross-site"})
    await stranger.http.get("/home.md")

    noted = [
        (entry["door"], entry["who"], entry["path"], entry["status"]) for entry in entries(wiki, "refused")
    ]

    assert noted == [
        ("browser", WRITER, "/-/auth/accounts", 403),
        ("browser", "anonymous", "/-/auth/account", 303),
        ("browser", "anonymous", "/-/logout", 403),
    ]
    assert len(entries(wiki, "sign_in_failed")) == 1


@pytest.mark.parametrize(("page", "status"), [("team/why?", 200), ("other/why?", 403)])
async def test_a_page_that_a_query_names_is_judged_and_noted_by_its_path(
    wiki: Wiki, page: str, status: int
) -> None:
    commit_file(wiki.settings.repository, f"{page}.md", "because", "by hand")
    token = wiki.services.identity.tokens.create(WRITER, "team", path_prefix="team")
    answer = await wiki.ask("GET", f"{address(page)}.md", token)
    assert answer.status_code == status, answer.text
    assert [entry["path"] for entry in entries(wiki, "refused")] == [f"/{page}.md"] * (status == 403)
