"""How the usual programs are connected to a wiki's MCP address: the lines that people copy.

docs/agents.md shows the same lines; a test compares them.
"""

import json
from dataclasses import dataclass

TOKEN = "<token>"  # noqa: S105  # what people put theirs in place of
NAME = "wiki"


@dataclass(frozen=True)
class Client:
    """A program, what to do in words, and what to copy ("" when there is nothing)."""

    name: str
    before: str
    lines: str = ""
    after: str = ""

    @property
    def anchor(self) -> str:
        """The heading's id."""
        return "-".join("".join(char if char.isalnum() else " " for char in self.name.lower()).split())


def clients(address: str, *, needs_token: bool) -> list[Client]:
    """The programs in the order in which they are shown. `address` ends in /mcp."""
    headers = {"Authorization": f"Bearer {TOKEN}"} if needs_token else None
    return [
        _claude_code(address, needs_token=needs_token),
        _claude(address, needs_token=needs_token),
        Client(
            "ChatGPT",
            "In Settings, Apps & Connectors, Advanced settings, turn on developer mode. Then create a "
            "connector with this address, as the MCP server URL:",
            address,
            _PUBLIC,
        ),
        Client(
            "Cursor",
            "In ~/.cursor/mcp.json, or .cursor/mcp.json of a project:",
            _json({"mcpServers": {NAME: _server({"url": address}, headers)}}),
        ),
        Client(
            "VS Code",
            "In .vscode/mcp.json of a project (or MCP: Open User Configuration):",
            _json({"servers": {NAME: _server({"type": "http", "url": address}, headers)}}),
        ),
        _gemini(address, needs_token=needs_token),
        Client(
            "Python",
            "With the package fastmcp:",
            _python(address, needs_token=needs_token),
        ),
    ]


_PUBLIC = (
    "It is called from the maker's servers, so the wiki must be reachable from the internet over https; a "
    "wiki on localhost is not."
)


def _claude_code(address: str, *, needs_token: bool) -> Client:
    header = f' --header "Authorization: Bearer {TOKEN}"' if needs_token else ""
    return Client(
        "Claude Code",
        "In a terminal:",
        f"claude mcp add --transport http {NAME} {address}{header}",
        "Then /mcp in a session shows it.",
    )


def _claude(address: str, *, needs_token: bool) -> Client:
    arguments = ["-y", "mcp-remote", address]
    arguments += ["--header", f"Authorization: Bearer {TOKEN}"] if needs_token else []
    bridge = _json({"mcpServers": {NAME: {"command": "npx", "args": arguments}}})
    return Client(
        "Claude Desktop and claude.ai",
        f"In Settings, Connectors, add a custom connector with the address {address} . {_PUBLIC} For that, "
        "Claude Desktop takes a bridge, in claude_desktop_config.json (Settings, Developer, Edit Config; it "
        "needs Node.js):",
        bridge,
    )


def _gemini(address: str, *, needs_token: bool) -> Client:
    header = f' --header "Authorization: Bearer {TOKEN}"' if needs_token else ""
    return Client(
        "Gemini CLI",
        "In a terminal:",
        f"gemini mcp add --transport http {NAME} {address}{header}",
    )


def _python(address: str, *, needs_token: bool) -> str:
    auth = f', auth="{TOKEN}"' if needs_token else ""
    return f"""import asyncio

from fastmcp import Client


async def main() -> None:
    async with Client("{address}"{auth}) as wiki:
        found = await wiki.call_tool("search", {{"query": "markdown"}})
        print(found.structured_content)


asyncio.run(main())"""


def _server(described: dict[str, object], headers: dict[str, str] | None) -> dict[str, object]:
    return described | ({"headers": headers} if headers else {})


def _json(value: object) -> str:
    return json.dumps(value, indent=2)
