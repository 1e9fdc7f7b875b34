"""The agents' door: one endpoint, two eras, who is let in, what is listed."""

import json
from pathlib import Path
from typing import Any

import pytest

from auth import OPERATIONS
from gateway.agents.instructions import LONGEST
from gateway.agents.tokens import estimate
from gateway.agents.tools import TOOLS
from tests.functional.agents import ERAS, OLD, Agent, open_agent
from tests.secret_search import remember

KEY = remember("a-static-key-of-the-owner")
SCHEMA_WORDS = {
    "type", "properties", "required", "items", "enum", "default", "description",
    "minimum", "maximum", "minItems", "maxItems",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_every_method_but_post_is_refused_as_json(agent: Agent, path: str, method: str) -> None:
    response = await agent.http.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["content-type"] == "application/json"
    if method != "HEAD":
        assert response.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
async def test_both_eras_and_both_spellings_answer(data: Path, era: str, path: str) -> None:
    async with open_agent(data, era=era) as agent:
        response = await agent.post("tools/list")
        assert response.headers["content-type"] == "application/json"
        assert len(response.json()["result"]["tools"]) == len(TOOLS)
        assert (await agent.done("read_page", path="home"))["title"] == "Home"


async def test_a_client_of_the_earlier_era_initializes(data: Path) -> None:
    async with open_agent(data, era=OLD) as agent:
        asked = {"protocolVersion": OLD, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
        result = await agent.ask("initialize", **asked)
        assert result["protocolVersion"] == OLD
        assert "Every change is a commit" in result["instructions"]


async def test_discovery_tells_what_the_caller_may_do(agent: Agent) -> None:
    result = await agent.ask("server/discover")
    assert "You act for Owner. You may read, change pages, add and delete files." in result["instructions"]
    assert len(result["instructions"]) <= LONGEST
    assert {"tools", "resources", "prompts", "completions"} <= result["capabilities"].keys()
    assert (result["ttlMs"], result["cacheScope"]) == (10_000, "private")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403), ({}, 200)],
)
async def test_other_hosts_and_origins_are_turned_away(
    data: Path, headers: dict[str, str], status: int
) -> None:
    closed = {"WRITE_ACCESS": "APPROVED"}
    async with open_agent(data, host="0.0.0.0", api_key=KEY, otterwiki=closed) as agent:
        agent.http.headers["Authorization"] = f"Bearer {KEY}"
        assert (await agent.post("tools/list", headers=headers)).status_code == status


async def test_without_a_key_a_call_is_challenged_and_with_it_answered(data: Path) -> None:
    async with open_agent(data, api_key=KEY) as agent:
        call = {"name": "read_page", "arguments": {"path": "home"}}
        response = await agent.post("tools/call", call)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
        assert (await agent.post("tools/list")).status_code == 401
        assert (await agent.post("resources/read", {"uri": "wiki://page/Home"})).status_code == 401
        agent.http.headers["Authorization"] = f"Bearer {KEY}"
        assert (await agent.done("read_page", path="home"))["title"] == "Home"
        agent.http.headers["Authorization"] = "Bearer wrong"
        assert (await agent.post("tools/list")).status_code == 401


async def test_who_may_only_read_is_challenged_for_a_change(data: Path) -> None:
    access = {"READ_ACCESS": "ANONYMOUS", "WRITE_ACCESS": "APPROVED"}
    async with open_agent(data, host="0.0.0.0", otterwiki=access) as agent:
        assert (await agent.done("read_page", path="home"))["title"] == "Home"
        write = {"name": "write_page", "arguments": {"path": "x", "content": "x"}}
        assert (await agent.post("tools/call", write)).status_code == 401
        attach = {"name": "attachments", "arguments": {"path": "home", "action": "add", "name": "x.txt"}}
        assert (await agent.post("tools/call", attach)).status_code == 401
        assert (await agent.done("attachments", path="home"))["total"] == 0


async def test_every_tool_names_an_operation_of_the_rights_table() -> None:
    for spec in TOOLS:
        assert {spec.operation, *spec.by_action.values()} <= OPERATIONS.keys()


async def _tools(agent: Agent) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = (await agent.ask("tools/list"))["tools"]
    return tools


async def test_tools_have_titles_hints_and_descriptions(agent: Agent) -> None:
    for tool in await _tools(agent):
        hints = {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert tool["annotations"].keys() == hints, tool["name"]
        assert tool["title"] and tool["description"]
        assert "_meta" not in tool


async def test_schemas_are_plain(agent: Agent) -> None:
    for tool in await _tools(agent):
        _check_object(tool["inputSchema"], tool["name"])


def _check_object(schema: dict[str, Any], where: str) -> None:
    assert schema["type"] == "object", where
    assert isinstance(schema["required"], list), where
    assert set(schema["required"]) <= schema["properties"].keys(), where
    for name, field in schema["properties"].items():
        place = f"{where}.{name}"
        assert field.keys() <= SCHEMA_WORDS, place
        assert isinstance(field["type"], str), place
        assert field["description"], place
        assert (name in schema["required"]) != ("default" in field), place
        if field["type"] == "array":
            inner = field["items"]
            assert isinstance(inner["type"], str), place
            if inner["type"] == "object":
                _check_object(inner, place)


async def test_the_list_of_tools_is_short_and_always_the_same(agent: Agent) -> None:
    tools = await _tools(agent)
    assert estimate(json.dumps(tools, separators=(",", ":"))) < 4_000
    assert tools == await _tools(agent)
    assert [tool["name"] for tool in tools] == [spec.name for spec in TOOLS]


async def test_prompts_are_listed_and_filled_in(agent: Agent) -> None:
    prompts = (await agent.ask("prompts/list"))["prompts"]
    assert all(prompt["title"] and prompt["description"] for prompt in prompts)
    filled = await agent.ask("prompts/get", name="tidy_page", arguments={"path": "Guide"})
    assert "'Guide'" in filled["messages"][0]["content"]["text"]


async def test_an_unknown_tool_is_an_error_that_names_the_known(agent: Agent) -> None:
    answered = await agent.refused("raed_page")
    assert answered["code"] == "not_found"
    assert "Did you mean read_page?" in answered["next_step"]
