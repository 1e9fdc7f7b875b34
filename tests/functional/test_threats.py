"""Threats of the security guide that the other suites do not meet on their way (docs/security.md)."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from auth.server import LocalServer
from gateway.middleware.body import BodyLimit
from tests.functional.agents import Agent
from tests.functional.people import ADMIN, WRITER, Wiki, open_wiki

EVIL = "https://evil.example"
PARTS = [
    "..",
    ".",
    ".git",
    "~",
    "a",
    "%2e%2e",
    "..\\",
    "a\x00b",
    "\u202e",
    "con",
    "config",
    "hooks",
    "ä",
    " ",
    "a\nb",
]


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data") as wiki:
        yield wiki


class TestPaths:
    """22: traversal, `.git/` names and control characters."""

    def test_threat_22_no_name_leaves_the_repository(self, tmp_path: Path) -> None:
        asyncio.run(self._try_all(tmp_path))

    async def _try_all(self, folder: Path) -> None:
        async with open_wiki(folder / "data") as wiki:
            token = wiki.services.identity.tokens.create(WRITER, "ci")
            before = _outside(folder, wiki)
            for name in _names():
                await _write_everywhere(wiki, token, name)
            assert _outside(folder, wiki) == before


def _names() -> list[str]:
    found: list[str] = []

    @given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=4))
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def collect(parts: list[str]) -> None:
        found.append("/".join(parts))

    collect()
    return sorted(set(found))


async def _write_everywhere(wiki: Wiki, token: str, name: str) -> None:
    params = {"path": name}
    rest = await wiki.ask("PUT", "/api/v1/page", token, params=params, json={"content": "x"})
    attach = {"filename": name, "content": "eA=="}
    file = await wiki.ask("POST", "/api/v1/page/attachments", token, params={"path": "home"}, json=attach)
    async with wiki.browser() as http:
        http.headers["Authorization"] = f"Bearer {token}"
        agent = Agent(http, wiki.services, wiki.settings.repository)
        mcp = await agent.post(
            "tools/call", {"name": "write_page", "arguments": {"path": name, "content": "x"}}
        )
    for answer in (rest, file, mcp):
        assert answer.status_code < 500, (name, answer.text)


def _outside(folder: Path, wiki: Wiki) -> tuple[list[str], str, list[str]]:
    """What must stay: files beside the repository, its configuration and hooks, its tracked names."""
    repository = wiki.settings.repository
    beside = sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if repository not in path.parents and "cache" not in path.parts and path.name != "audit.jsonl"
    )
    config = (repository / ".git" / "config").read_text()
    listed = subprocess.run(["git", "-C", str(repository), "ls-files", "-z"], capture_output=True, check=True)
    tracked = listed.stdout.decode().split("\0")
    strange = [name for name in tracked if {"..", ".", ".git"} & set(name.lower().split("/"))]
    return beside, config, strange


@pytest.mark.parametrize(
    "client_id",
    [
        "https://127.0.0.1/client.json",
        "https://localhost/client.json",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/client.json",
        "https://[::ffff:127.0.0.1]/client.json",
        "https://[::ffff:169.254.169.254]/x",
        "https://10.0.0.1/client.json",
        "https://0.0.0.0/x",
        "https://2130706433/x",
    ],
)
async def test_threat_23_a_clients_document_is_not_fetched_from_inside(wiki: Wiki, client_id: str) -> None:
    server = LocalServer(wiki.services.identity, metadata_documents=True)

    assert await server.get_client(client_id) is None


async def test_threat_24_bodies_are_bounded_in_size_depth_and_number(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "ci")
    deep = "[" * 100_000 + "]" * 100_000
    many = "&".join(f"field{number}=x" for number in range(2_000))
    form = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}

    sizes = [
        (await wiki.ask("POST", path, token, content=b"x" * (size + 1))).status_code
        for path, size in (("/mcp", 4 << 20), ("/-/oauth/register", 64 << 10), ("/api/v1/batch", 14 << 20))
    ]
    nested = [await wiki.ask("POST", path, token, content=deep) for path in ("/mcp", "/api/v1/batch")]
    async with wiki.browser() as http:
        fields = await http.post("/-/login", content=many, headers=form)

    assert sizes == [413, 413, 413]
    assert all(400 <= answer.status_code < 500 for answer in nested), [
        answer.status_code for answer in nested
    ]
    assert fields.status_code == 400


async def test_threat_25_a_request_that_does_not_end_is_given_up() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nothing came")

    scope = {"type": "http", "path": "/-/login", "method": "POST", "headers": []}
    await BodyLimit(app, seconds=0.05)(scope, never, send)

    assert sent[0]["status"] == 408


async def test_threat_28_no_foreign_page_reads_an_answer_but_the_documents(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(ADMIN, "ci")
    origin = {"Origin": EVIL}

    async def allowed(method: str, path: str, **more: Any) -> str | None:
        async with wiki.browser() as http:
            answer = await http.request(method, path, headers={**origin, **more.pop("headers", {})}, **more)
        found: str | None = answer.headers.get("access-control-allow-origin")
        assert "access-control-allow-credentials" not in answer.headers
        return found

    bearer = {"Authorization": f"Bearer {token}"}
    closed = ["/mcp", "/api/v1/pages", "/-/login", "/-/auth/tokens", "/-/oauth/consent"]
    opened = ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server"]
    assert [await allowed("GET", path, headers=bearer) for path in closed] == [None] * len(closed)
    assert [await allowed("GET", path) for path in opened] == ["*"] * len(opened)
    assert await allowed("POST", "/-/oauth/register", json={}) == "*"
    assert await allowed("POST", "/-/oauth/token", data={}) == "*"


@pytest.mark.parametrize(
    "path", ["/", "/mcp", "/api/v1/pages", "/-/login", "/.well-known/oauth-authorization-server"]
)
async def test_threat_29_a_foreign_host_is_not_answered(wiki: Wiki, path: str) -> None:
    async with wiki.browser() as http:
        foreign = await http.get(path, headers={"Host": "evil.example"})
        rebound = await http.post("/mcp", headers={"Origin": EVIL}, json={})

    assert foreign.status_code == 421
    assert rebound.status_code == 403


async def test_threat_31_a_clients_name_is_text_and_its_host_is_shown(wiki: Wiki) -> None:
    agent, person = wiki.agent(), await wiki.signed_in(ADMIN)
    await agent.register(client_name="Claude <b onclick=x>\u202e\nby Anthropic</b>")

    page = (await person.open((await agent.authorize()).headers["location"])).text

    assert "Claude &lt;b onclick=x&gt; by Anthropic&lt;/b&gt;" in page
    assert "<strong>127.0.0.1:33418</strong>" in page
    assert "its name proves nothing" in page


async def test_threat_33_registrations_are_bounded(wiki: Wiki) -> None:
    agent = wiki.agent()
    statuses = [(await agent.register()).status_code for _ in range(31)]

    assert statuses == [201] * 30 + [429]


async def test_a_json_that_is_none_is_answered_by_the_protocol(wiki: Wiki) -> None:
    token = wiki.services.identity.tokens.create(WRITER, "ci")
    headers = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    async with wiki.browser() as http:
        http.headers.update({**headers, "Authorization": f"Bearer {token}"})
        answer = await http.post("/mcp", content=json.dumps([{"jsonrpc": "2.0"}]))

    assert answer.status_code == 400
