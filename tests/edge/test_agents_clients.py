"""Real clients against a real server: the Python SDK, FastMCP, the TypeScript SDK, MCP Inspector."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastmcp import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent

from gateway.agents.tools import TOOLS
from tests.edge.node import node, script
from tests.edge.server import Server, serving
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

INSPECTOR = "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
NAMES = [spec.name for spec in TOOLS]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("clients") / "data") as server:
        yield server


def last_trailers(server: Server) -> str:
    """The agent and the client of the newest commit."""
    return git(server.repository, "log", "-1", "--format=%(trailers:key=Agent,key=Client)").strip()


async def test_the_python_sdk(server: Server) -> None:
    async with (
        streamable_http_client(f"{server.url}/mcp") as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        started = await session.initialize()
        assert "Every change is a commit" in (started.instructions or "")
        assert [tool.name for tool in (await session.list_tools()).tools] == NAMES
        result = await session.call_tool("read_page", {"path": "home"})
        assert not result.is_error
        assert result.structured_content is not None
        assert isinstance(result.content[0], TextContent)
        assert json.loads(result.content[0].text) == result.structured_content
        resource = await session.read_resource("wiki://page/Home")
        assert "# Welcome" in str(resource.contents[0])


async def test_the_fastmcp_client(server: Server) -> None:
    async with Client(f"{server.url}/mcp") as client:
        assert [tool.name for tool in await client.list_tools()] == NAMES
        made = await client.call_tool("write_page", {"path": "By FastMCP", "content": "# Hello\n"})
        assert made.structured_content is not None
        assert made.structured_content["created"] is True
        assert last_trailers(server).startswith("Agent: ")
        refused = await client.call_tool("read_page", {"path": "nowhere"}, raise_on_error=False)
        assert refused.is_error and "not_found" in refused.content[0].text
        assert [prompt.name for prompt in await client.list_prompts()]


def test_the_typescript_sdk(server: Server) -> None:
    done = node(str(Path(__file__).parent / "node" / "client.mjs"), f"{server.url}/mcp")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["tools"] == NAMES
    assert said["page"]["path"] == "Home"
    assert said["same"] is True
    assert said["missing"] == {"isError": True, "code": "not_found"}
    assert said["created"]["created"] is True
    assert said["completed"] == ["Home"]
    assert "# Welcome" in said["resource"]
    assert git(server.repository, "log", "-1", "--format=%s").strip() == "From TypeScript"


def inspector(server: Server, *arguments: str) -> dict[str, object]:
    """What MCP Inspector's command line prints."""
    options = (f"{server.url}/mcp", "--transport", "http")
    done = node(script(INSPECTOR), "--cli", *options, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_mcp_inspectors_command_line(server: Server) -> None:
    tools = inspector(server, "--method", "tools/list")["tools"]
    assert isinstance(tools, list) and [tool["name"] for tool in tools] == NAMES
    call = ("--method", "tools/call", "--tool-name", "search", "--tool-arg", "query=markdown")
    result = inspector(server, *call)
    assert isinstance(result["structuredContent"], dict)
    assert result["structuredContent"]["results"]
    read = inspector(server, "--method", "resources/read", "--uri", "wiki://page/Home")
    assert "# Welcome" in str(read["contents"])
