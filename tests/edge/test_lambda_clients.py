"""Agents at a wiki in a Lambda behind an HTTP API, which takes WWW-Authenticate away."""

from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest
from fastmcp import Client
from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from gateway.agents.tools import TOOLS
from tests.edge.consenting import add_account
from tests.edge.lambdas import wiki_lambda
from tests.edge.packaged import Packaged
from tests.edge.runtime_api import Front
from tests.edge.test_clients import CALLBACK, Obliging, SdkPerson, Storage

pytestmark = pytest.mark.edge
NAMES = [spec.name for spec in TOOLS]


@pytest.fixture(scope="module")
def front(package: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    data = tmp_path_factory.mktemp("agents") / "data"
    add_account(data)
    with wiki_lambda(
        data,
        package=package,
        WIKIBOT_ALLOW_ANONYMOUS_WRITE="false",
        WIKIBOT_PUBLIC_URL="{url}",
        READ_ACCESS="APPROVED",
        WRITE_ACCESS="APPROVED",
    ) as front:
        yield front


@pytest.fixture(scope="module")
def open_front(package: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with wiki_lambda(tmp_path_factory.mktemp("open") / "data", package=package) as front:
        yield front


async def test_the_python_sdk(open_front: Front) -> None:
    async with (
        streamable_http_client(f"{open_front.url}/mcp") as (read, write, *_),
        ClientSession(read, write) as session,
    ):
        await session.initialize()
        assert [tool.name for tool in (await session.list_tools()).tools] == NAMES
        made = await session.call_tool("write_page", {"path": "By SDK", "content": "# Hello\n"})
        assert not made.is_error
        missing = await session.call_tool("read_page", {"path": "nowhere"})
        assert missing.is_error and "not_found" in str(missing.content[0])
    assert open_front.faults == []


async def test_the_fastmcp_client(open_front: Front) -> None:
    async with Client(f"{open_front.url}/mcp") as client:
        assert [tool.name for tool in await client.list_tools()] == NAMES
        page = await client.call_tool("read_page", {"path": "home"})
        assert page.structured_content is not None and page.structured_content["path"] == "Home"
        refused = await client.call_tool("read_page", {"path": "nowhere"}, raise_on_error=False)
        assert refused.is_error and "not_found" in refused.content[0].text


MESSAGE = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


async def test_the_challenge_has_lost_its_header_and_stands_in_the_body(front: Front) -> None:
    async with httpx.AsyncClient(base_url=front.url, timeout=60) as http:
        answer = await http.post("/mcp", json=call("write_page", path="a", content="x"), headers=HEADERS)
        known = await http.get("/.well-known/oauth-protected-resource/mcp")

    assert answer.status_code == 401
    assert "www-authenticate" not in answer.headers
    assert answer.headers["x-amzn-remapped-www-authenticate"] == answer.json()["www_authenticate"]
    assert known.json()["resource"] == f"{front.url}/mcp"


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


async def test_the_python_sdks_provider_finds_its_way_without_the_header(front: Front) -> None:
    person, storage = SdkPerson(front.url, "allow"), Storage()
    metadata = OAuthClientMetadata(redirect_uris=[AnyUrl(CALLBACK)], client_name="SDK")
    provider = OAuthClientProvider(f"{front.url}/mcp", metadata, storage, person.redirect, person.callback)
    async with httpx2.AsyncClient(auth=provider, timeout=60) as client:
        answer = await client.post(
            f"{front.url}/mcp", headers=HEADERS, json=call("write_page", path="sdk", content="one")
        )

    assert answer.status_code == 200, answer.text
    assert storage.tokens is not None
    assert answer.json()["result"]["structuredContent"]["created"] is True


@pytest.mark.filterwarnings("ignore:Using in-memory token storage")
async def test_fastmcps_client_finds_its_way_without_the_header(front: Front) -> None:
    auth = Obliging(f"{front.url}/mcp", callback_host="127.0.0.1")
    async with Client(f"{front.url}/mcp", auth=auth) as client:
        made = await client.call_tool("write_page", {"path": "fastmcp", "content": "one"})

    assert auth.sign_ins == 1
    assert made.structured_content is not None and made.structured_content["created"] is True
