"""The rows of /mcp, beside the same FastMCP with a tool that does nothing: what the protocol costs."""

import itertools
from collections.abc import Iterator, Mapping

from bench.client import Answer, Client
from bench.tasks import Step, Task, WrongAnswer
from bench.wikis import Wiki

STATE = "warm; beside it: an empty FastMCP tool"
READ, SEARCH = "MCP read_page", "MCP search, keyword"
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}

_numbers = itertools.count(1)


def call(client: Client, tool: str, arguments: Mapping[str, object]) -> Answer:
    """One `tools/call`. Raises WrongAnswer for an error of the protocol or of the tool."""
    params = {"name": tool, "arguments": dict(arguments)}
    body = {"jsonrpc": "2.0", "id": next(_numbers), "method": "tools/call", "params": params}
    answer = client.send("POST", "/mcp", body, HEADERS)
    result = answer.json().get("result")
    if answer.status != 200 or not isinstance(result, dict) or result.get("isError"):
        raise WrongAnswer(f"status {answer.status}; {answer.body[:200]!r}")
    return answer


def rows(wiki: Wiki) -> Iterator[Task]:
    """Reading a page, another one each time, and a search."""
    pages = itertools.cycle(wiki.others)

    def read() -> Step:
        return lambda client: call(client, "read_page", {"path": next(pages)})

    def search() -> Step:
        arguments = {"query": wiki.query, "mode": "keyword", "limit": 10}
        return lambda client: call(client, "search", arguments)

    yield Task(READ, read, rest=True, note=STATE)
    yield Task(SEARCH, search, rest=True, note=STATE)


EMPTY = Task("MCP, empty tool", lambda: lambda client: call(client, "nothing", {}), rest=True)
