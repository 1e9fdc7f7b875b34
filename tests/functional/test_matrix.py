"""One matrix, from the policy table: account × credential × operation, the same answer over REST and MCP.

What is expected is worked out here from the table alone; the browser's column is in tests/edge.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from auth import Right
from tests.functional.agents import Agent
from tests.functional.matrix import (
    BY_PROGRAMS,
    MCP,
    PREFERENCES,
    REST,
    TOKENS,
    VISITOR,
    Case,
    add_accounts,
    of_mcp,
    of_rest,
)
from tests.functional.people import WRITER, Wiki, open_wiki
from tests.secret_search import remember

KEY = remember("the-key-of-programs")


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data", preferences=PREFERENCES) as wiki:
        add_accounts(wiki.services.identity)
        yield wiki


def test_every_operation_of_the_table_has_its_requests() -> None:
    assert sorted(REST) == BY_PROGRAMS
    assert set(BY_PROGRAMS) - set(MCP) == {"reindex"}


@pytest.mark.parametrize("case", [VISITOR, *TOKENS], ids=str)
async def test_threat_19_rest_and_mcp_answer_as_the_table_says(wiki: Wiki, case: Case) -> None:
    token = case.token(wiki.services.identity)
    answers, expected = {}, {}
    async with wiki.browser() as http:
        if token:
            http.headers["Authorization"] = f"Bearer {token}"
        for operation in BY_PROGRAMS:
            method, path = REST[operation]
            answered = await http.request(method, f"/api/v1{path}")
            answers["rest", operation] = of_rest(answered.status_code, answered.json)
            expected["rest", operation] = case.expected(operation)
            if operation in MCP:
                tool, arguments = MCP[operation]
                agent = Agent(http, wiki.services, wiki.settings.repository)
                called = await agent.post("tools/call", {"name": tool, "arguments": arguments})
                answers["mcp", operation] = of_mcp(called.status_code, called.json)
                expected["mcp", operation] = case.expected(operation)

    assert answers == expected


async def test_visitors_have_at_every_door_what_the_wiki_gives_them(tmp_path: Path) -> None:
    async with open_wiki(tmp_path / "data") as wiki, wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        for operation in BY_PROGRAMS:
            method, path = REST[operation]
            expected = VISITOR.expected(operation, frozenset({Right.READ}))
            answered = await http.request(method, f"/api/v1{path}")
            assert of_rest(answered.status_code, answered.json) == expected, operation
            if operation in MCP:
                tool, arguments = MCP[operation]
                called = await agent.post("tools/call", {"name": tool, "arguments": arguments})
                assert of_mcp(called.status_code, called.json) == expected, operation


async def test_with_an_api_key_visitors_have_nothing_on_rest_and_mcp(tmp_path: Path) -> None:
    async with open_wiki(tmp_path / "data", api_key=KEY) as wiki, wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        read = await http.get("/api/v1/pages/home")
        listed = await agent.post("tools/list")
        http.headers["Authorization"] = f"Bearer {KEY}"
        allowed = [await http.get("/api/v1/pages/home"), await agent.post("tools/list")]

    assert (read.status_code, listed.status_code) == (401, 401)
    assert [answer.status_code for answer in allowed] == [200, 200]


async def test_a_token_bound_to_a_path_stays_below_it_over_rest_and_mcp(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "team", path_prefix="team")
    async with wiki.browser() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        agent = Agent(http, wiki.services, wiki.settings.repository)
        made = await http.put("/api/v1/pages/team/plan", json={"content": "ours"})
        outside = [
            await http.put("/api/v1/pages/plan", json={"content": "theirs"}),
            await http.put("/api/v1/pages/teams/plan", json={"content": "theirs"}),
            await http.get("/api/v1/pages/home"),
            await http.post("/api/v1/reindex"),
        ]
        page = {"name": "read_page", "arguments": {"path": "home"}}
        write = {"name": "write_page", "arguments": {"path": "plan", "content": "x"}}
        called = [await agent.post("tools/call", call) for call in (page, write)]
        refused = [of_mcp(answer.status_code, answer.json) for answer in called]

    assert made.status_code == 201
    assert [answer.status_code for answer in outside] == [403, 403, 403, 403]
    assert refused == ["permission_denied", "permission_denied"]
