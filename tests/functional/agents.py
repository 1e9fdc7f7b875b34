"""The composed app spoken to over MCP, in either era of the protocol."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from gateway.app import create_app
from gateway.services import Services, open_services
from gateway.settings import Settings

NEW, OLD = "2026-07-28", "2025-11-25"
ERAS = (NEW, OLD)
ACCEPT = {"Accept": "application/json, text/event-stream"}
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


def message(
    method: str, params: Mapping[str, Any], era: str = NEW, name: str = "Tester"
) -> tuple[dict[str, str], dict[str, Any]]:
    """(headers, body) of a request, as the era has them."""
    given = dict(params)
    sent = {**ACCEPT, "MCP-Protocol-Version": era, "Content-Type": "application/json"}
    if era == NEW:
        given["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": NEW,
            "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        }
        sent["Mcp-Method"] = method
        if method in NAMED:
            sent["Mcp-Name"] = str(given.get(NAMED[method]))
    return sent, {"jsonrpc": "2.0", "id": 1, "method": method, "params": given}


@dataclass(frozen=True)
class Result:
    """What a tool answered: the object that its text and its structured content both are."""

    body: dict[str, Any]
    failed: bool
    content: list[dict[str, Any]]

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def __contains__(self, name: str) -> bool:
        return name in self.body


@dataclass(frozen=True)
class Agent:
    """A client of the wiki's /mcp."""

    http: httpx.AsyncClient
    services: Services
    repository: Path
    era: str = NEW
    name: str = "Tester"

    async def post(
        self, method: str, params: dict[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """One message, as the era has it."""
        sent, body = message(method, params or {}, self.era, self.name)
        return await self.http.post("/mcp", content=json.dumps(body), headers={**sent, **(headers or {})})

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a request that must succeed."""
        response = await self.post(method, params)
        assert response.status_code == 200, response.text
        body = response.json()
        assert "error" not in body, body
        result: dict[str, Any] = body["result"]
        return result

    async def call(self, tool: str, **arguments: Any) -> Result:
        """A tool's answer. Its text and its structured content must say the same."""
        result = await self.ask("tools/call", name=tool, arguments=arguments)
        text = json.loads(result["content"][0]["text"])
        assert result["structuredContent"] == text
        return Result(text, result.get("isError", False), result["content"])

    async def done(self, tool: str, **arguments: Any) -> Result:
        """An answer that must be none of failure."""
        result = await self.call(tool, **arguments)
        assert not result.failed, result.body
        return result

    async def refused(self, tool: str, **arguments: Any) -> Result:
        """An answer of failure: a type, a sentence, a next step."""
        result = await self.call(tool, **arguments)
        assert result.failed, result.body
        assert result["error"] and result["code"] and (result["next_step"] or "repeat_call" in result)
        assert "Traceback" not in str(result.body)
        return result

    async def revision(self, path: str) -> str:
        """A page's revision."""
        return str((await self.done("read_page", path=path))["revision"])


@asynccontextmanager
async def open_agent(data: Path, *, era: str = NEW, **settings: object) -> AsyncIterator[Agent]:
    """The composed app over a data folder; everybody is the owner unless the settings say otherwise."""
    usual = {"data": data, "load": "first-use", "embeddings": "none", "otterwiki": {}}
    chosen = Settings.of({**usual, **settings})
    async with open_services(chosen) as services:
        transport = httpx.ASGITransport(create_app(chosen, services), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60) as http:
            yield Agent(http, services, data / "repository", era)
