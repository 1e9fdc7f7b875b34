"""Real clients against a real server: read, are challenged at the first write, sign in, write, refresh after
expiry, and are cut off after revocation.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest
from fastmcp import Client
from fastmcp.client.auth import OAuth
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import (
    AuthorizationCodeResult,
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthToken,
)
from pydantic import AnyUrl

from tests.edge.consenting import add_account, answer, end_all_grants, expire_access_tokens
from tests.edge.server import Server, serving

pytestmark = pytest.mark.edge
CALLBACK = "http://127.0.0.1:33418/callback"


class CutOff(Exception):
    """A client wants its person to sign in again."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("clients") / "data"
    add_account(data)
    with serving(data) as running:
        yield running


class Obliging(OAuth):
    """FastMCP's client, whose browser is ours."""

    sign_ins = 0
    allowed = 1

    async def redirect_handler(self, authorization_url: str) -> None:
        """Sign in over HTTP; the answer goes to the client's own little server as soon as it is up."""
        if self.sign_ins >= self.allowed:
            raise CutOff
        self.sign_ins += 1
        location = await answer(self.mcp_url.removesuffix("/mcp"), authorization_url)
        self._going = asyncio.create_task(_deliver(location))


async def _deliver(location: str) -> None:
    async with httpx.AsyncClient() as browser:
        for _ in range(100):
            try:
                await browser.get(location)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


@pytest.mark.filterwarnings("ignore:Using in-memory token storage")
async def test_fastmcps_client(server: Server) -> None:
    auth = Obliging(f"{server.url}/mcp", callback_host="127.0.0.1")
    async with Client(f"{server.url}/mcp", auth=auth) as client:
        await client.call_tool("read_page", {"path": "home"})
        before = auth.sign_ins
        await client.call_tool("write_page", {"path": "fastmcp/one", "content": "one"})
        _an_hour_later(server, auth)
        await client.call_tool("write_page", {"path": "fastmcp/two", "content": "two"})
        after = auth.sign_ins
    end_all_grants(server.data)
    with pytest.raises((CutOff, RuntimeError)):  # FastMCP says "client failed to connect"
        await _write_once_more(server, auth)

    assert (before, after) == (0, 1)
    assert [await status(server, f"fastmcp/{name}") for name in ("one", "two", "three")] == [200, 200, 404]


async def _write_once_more(server: Server, auth: OAuth) -> None:
    async with Client(f"{server.url}/mcp", auth=auth) as client:
        await client.call_tool("write_page", {"path": "fastmcp/three", "content": "three"})


def _an_hour_later(server: Server, provider: OAuthClientProvider) -> None:
    """For the server and for the client, whose clocks agree: it refreshes before it asks."""
    expire_access_tokens(server.data)
    provider.context.token_expiry_time = 1


async def status(server: Server, page: str) -> int:
    """Whether the wiki has the page, as a visitor sees it."""
    async with httpx.AsyncClient() as visitor:
        return (await visitor.get(f"{server.url}/api/v1/pages/{page}")).status_code


class Storage:
    """What the Python SDK keeps."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class SdkPerson:
    """Answers for the SDK's client: `said` is what the person presses."""

    def __init__(self, url: str, *said: str) -> None:
        self.url = url
        self.said = list(said)
        self.location = ""

    async def redirect(self, authorization_url: str) -> None:
        if not self.said:
            raise CutOff
        self.location = await answer(self.url, authorization_url, self.said.pop(0))

    async def callback(self) -> AuthorizationCodeResult:
        query = httpx.URL(self.location).params
        return AuthorizationCodeResult(code=query["code"], state=query["state"], iss=query.get("iss"))


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {
        "headers": {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"},
        "json": {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": tool, "arguments": arguments},
        },
    }


async def test_the_python_sdks_provider_signs_in_and_steps_up(server: Server) -> None:
    person, storage = SdkPerson(server.url, "read", "allow"), Storage()
    metadata = OAuthClientMetadata(redirect_uris=[AnyUrl(CALLBACK)], client_name="SDK")
    provider = OAuthClientProvider(f"{server.url}/mcp", metadata, storage, person.redirect, person.callback)
    async with httpx2.AsyncClient(auth=provider, timeout=30) as client:
        mcp = f"{server.url}/mcp"
        read = await client.post(mcp, **call("read_page", path="home"))
        anonymous = storage.tokens
        first = await client.post(mcp, **call("write_page", path="sdk/one", content="one"))
        stepped_up = await client.post(mcp, **call("write_page", path="sdk/one", content="one"))
        _an_hour_later(server, provider)
        refreshed = await client.post(mcp, **call("write_page", path="sdk/two", content="two"))
        end_all_grants(server.data)
        with pytest.raises(CutOff):
            await client.post(mcp, **call("write_page", path="sdk/three", content="three"))

    assert read.status_code == 200
    assert anonymous is None
    assert (first.status_code, stepped_up.status_code, refreshed.status_code) == (403, 200, 200)
    assert [await status(server, f"sdk/{name}") for name in ("one", "two", "three")] == [200, 200, 404]
