"""How agents are connected: one table for the page in the wiki's menu and for docs/agents.md."""

from dataclasses import dataclass
from typing import Literal

URL = "WIKI_URL"
"""Stands in the lines for the wiki's address, without a slash at its end."""
TOKEN = "YOUR_TOKEN"  # noqa: S105 what a person replaces

Language = Literal["sh", "json", "python", "text"]


@dataclass(frozen=True)
class Client:
    """`say` is what to do with the lines; `keyed` are those for a wiki that asks for a token, "" where the
    client takes none.
    """

    name: str
    say: str
    language: Language
    lines: str
    keyed: str

    def lines_for(self, url: str, *, keyed: bool) -> str:
        """The exact lines for a wiki."""
        return (self.keyed if keyed else self.lines).replace(URL, url)


def _json_with_headers(before: str, kind: str, address: str) -> str:
    return (
        f'{{\n  "{before}": {{\n    "wiki": {{\n{kind}      "{address}": "{URL}/mcp",\n'
        f'      "headers": {{ "Authorization": "Bearer {TOKEN}" }}\n    }}\n  }}\n}}'
    )


def _json(before: str, kind: str, address: str) -> str:
    return f'{{\n  "{before}": {{\n    "wiki": {{\n{kind}      "{address}": "{URL}/mcp"\n    }}\n  }}\n}}'


def _bridge(arguments: str, rest: str) -> str:
    return (
        '{\n  "mcpServers": {\n    "wiki": {\n      "command": "npx",\n'
        f'      "args": ["-y", "mcp-remote", "{URL}/mcp"{arguments}]{rest}\n    }}\n  }}\n}}'
    )


def _python(auth: str) -> str:
    return (
        f"import asyncio\n\nfrom fastmcp import Client\n\n\nasync def main() -> None:\n"
        f'    async with Client("{URL}/mcp"{auth}) as wiki:\n'
        f'        print(await wiki.call_tool("search", {{"query": "agents"}}))\n\n\nasyncio.run(main())'
    )


BEARER = f'"Authorization: Bearer {TOKEN}"'

CLIENTS = (
    Client(
        "Claude Code",
        "In a terminal:",
        "sh",
        f"claude mcp add --transport http wiki {URL}/mcp",
        f"claude mcp add --transport http wiki {URL}/mcp --header {BEARER}",
    ),
    Client(
        "Claude Desktop and claude.ai",
        "Settings, Connectors, Add custom connector, with this address. Claude calls it from the internet, "
        "and takes no pasted token: for a wiki on your own machine, or one with a token, take the next.",
        "text",
        f"{URL}/mcp",
        "",
    ),
    Client(
        "Claude Desktop, for a wiki on this machine",
        "Settings, Developer, Edit Config opens claude_desktop_config.json (needs Node.js):",
        "json",
        _bridge("", ""),
        _bridge(', "--header", "Authorization:${AUTH}"', f',\n      "env": {{ "AUTH": "Bearer {TOKEN}" }}'),
    ),
    Client(
        "ChatGPT",
        "Settings, Apps & Connectors, Advanced settings: switch the developer mode on. Then Create, with "
        "this address and no authentication. ChatGPT calls it from the internet, and takes no pasted token.",
        "text",
        f"{URL}/mcp",
        "",
    ),
    Client(
        "Cursor",
        "In .cursor/mcp.json of a project, or ~/.cursor/mcp.json for all:",
        "json",
        _json("mcpServers", "", "url"),
        _json_with_headers("mcpServers", "", "url"),
    ),
    Client(
        "VS Code",
        "In .vscode/mcp.json of a project:",
        "json",
        _json("servers", '      "type": "http",\n', "url"),
        _json_with_headers("servers", '      "type": "http",\n', "url"),
    ),
    Client(
        "Gemini CLI",
        "In a terminal:",
        "sh",
        f"gemini mcp add --transport http wiki {URL}/mcp",
        f"gemini mcp add --transport http --header {BEARER} wiki {URL}/mcp",
    ),
    Client("Python", "With the package fastmcp:", "python", _python(""), _python(f', auth="{TOKEN}"')),
    Client(
        "REST with curl",
        "The same wiki as JSON, for programs that do not speak MCP:",
        "sh",
        f'curl "{URL}/api/v1/search?q=agents"\ncurl "{URL}/api/v1/pages/Home"',
        f'curl -H {BEARER} "{URL}/api/v1/search?q=agents"\ncurl -H {BEARER} "{URL}/api/v1/pages/Home"',
    ),
    Client(
        "Anything that fetches",
        "An overview of the wiki, and any page as plain Markdown:",
        "sh",
        f'curl "{URL}/llms.txt"\ncurl "{URL}/Home.md"',
        f'curl -H {BEARER} "{URL}/llms.txt"\ncurl -H {BEARER} "{URL}/Home.md"',
    ),
)
