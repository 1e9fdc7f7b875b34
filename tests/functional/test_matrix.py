"""One matrix, from the policy table: account × credential × operation, the same answer over REST and MCP.

What is expected is worked out here from the table alone; the browser's column is in tests/edge.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth import OPERATIONS, Right
from auth.scopes import rights_of_scopes
from tests.auth.identity import access_token
from tests.functional.agents import Agent
from tests.functional.people import ADMIN, READER, WRITER, Wiki, open_wiki

UNAPPROVED = "una@example.org"
NOT_BY_PROGRAMS = {"administer", "fetch", "push"}
BY_PROGRAMS = sorted(set(OPERATIONS) - NOT_BY_PROGRAMS)
RIGHTS: dict[str, set[Right]] = {
    ADMIN: {Right.READ, Right.WRITE, Right.UPLOAD, Right.ADMIN},
    WRITER: {Right.READ, Right.WRITE, Right.UPLOAD},
    READER: {Right.READ},
    UNAPPROVED: set(),
}
SCOPES = [("wiki:read",), ("wiki:write",), ("wiki:read", "wiki:write")]

# One request an operation. What is not refused may fail for another reason: nothing here is meant to work.
REST: dict[str, tuple[str, str]] = {
    "read": ("GET", "/pages/home"),
    "search": ("GET", "/search?q=wiki"),
    "history": ("GET", "/changelog"),
    "links": ("GET", "/links"),
    "list": ("GET", "/pages"),
    "write": ("PUT", "/pages/none"),
    "edit": ("PATCH", "/pages/none"),
    "move": ("POST", "/pages/none/rename"),
    "delete": ("DELETE", "/pages/none"),
    "revert": ("POST", "/pages/none/revert"),
    "batch": ("POST", "/batch"),
    "reindex": ("POST", "/reindex"),
    "attach": ("POST", "/pages/none/attachments"),
    "detach": ("DELETE", "/pages/none/attachments/none.txt"),
}
MCP: dict[str, tuple[str, dict[str, Any]]] = {
    "read": ("read_page", {"path": "home"}),
    "search": ("search", {"query": "wiki"}),
    "history": ("recent_changes", {}),
    "links": ("page_links", {"path": "home"}),
    "list": ("list_pages", {}),
    "write": ("write_page", {}),
    "edit": ("edit_page", {}),
    "move": ("move_page", {}),
    "delete": ("delete_page", {}),
    "revert": ("revert_page", {}),
    "batch": ("apply_edits", {}),
    "attach": ("attachments", {"action": "add"}),
    "detach": ("attachments", {"action": "delete"}),
}
REFUSALS = {"unauthenticated", "insufficient_scope", "permission_denied"}


@dataclass(frozen=True)
class Case:
    """A credential: who, by what kind of token, with which scopes."""

    account: str | None
    kind: str
    scopes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "-".join([(self.account or "visitor").partition("@")[0], self.kind, *self.scopes])

    def expected(self, operation: str, visitors: set[Right]) -> str:
        """The answer, by the table."""
        needed = OPERATIONS[operation]
        if self.account is None:
            return "allowed" if needed in visitors else "unauthenticated"
        held = RIGHTS[self.account]
        if needed in held & rights_of_scopes(self.scopes):
            return "allowed"
        return "insufficient_scope" if self.kind == "oauth" and needed in held else "permission_denied"

    def token(self, wiki: Wiki) -> str | None:
        """The credential itself."""
        identity = wiki.services.identity
        if self.account is None:
            return None
        if self.kind == "oauth":
            return access_token(identity.grants, self.account, *self.scopes)
        return identity.tokens.create(self.account, "matrix", scopes=self.scopes)


CASES = [
    Case(None, "nothing"),
    *(
        Case(account, kind, scopes)
        for account in RIGHTS
        for kind in ("oauth", "personal")
        for scopes in SCOPES
    ),
]


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    preferences = {"READ_ACCESS": "APPROVED", "WRITE_ACCESS": "NOBODY", "ATTACHMENT_ACCESS": "NOBODY"}
    async with open_wiki(tmp_path / "data", preferences=preferences) as wiki:
        wiki.services.identity.people.add("Una", UNAPPROVED, None, approved=False)
        yield wiki


def test_every_operation_of_the_table_has_its_requests() -> None:
    assert sorted(REST) == BY_PROGRAMS
    assert set(BY_PROGRAMS) - set(MCP) == {"reindex"}


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_threat_19_rest_and_mcp_answer_as_the_table_says(wiki: Wiki, case: Case) -> None:
    token = case.token(wiki)
    answers, expected = {}, {}
    async with wiki.browser() as http:
        if token:
            http.headers["Authorization"] = f"Bearer {token}"
        for operation in BY_PROGRAMS:
            method, path = REST[operation]
            answers["rest", operation] = _rest(await http.request(method, f"/api/v1{path}"))
            expected["rest", operation] = case.expected(operation, set())
            if operation in MCP:
                tool, arguments = MCP[operation]
                agent = Agent(http, wiki.services, wiki.settings.repository)
                called = await agent.post("tools/call", {"name": tool, "arguments": arguments})
                answers["mcp", operation] = _mcp(called)
                expected["mcp", operation] = case.expected(operation, set())

    assert answers == expected


async def test_visitors_have_at_every_door_what_the_wiki_gives_them(tmp_path: Path) -> None:
    visitor = Case(None, "nothing")
    async with open_wiki(tmp_path / "data") as wiki, wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        for operation in BY_PROGRAMS:
            method, path = REST[operation]
            expected = visitor.expected(operation, {Right.READ})
            assert _rest(await http.request(method, f"/api/v1{path}")) == expected, operation
            if operation in MCP:
                tool, arguments = MCP[operation]
                called = await agent.post("tools/call", {"name": tool, "arguments": arguments})
                assert _mcp(called) == expected, operation


async def test_with_an_api_key_visitors_have_nothing_on_rest_and_mcp(tmp_path: Path) -> None:
    async with open_wiki(tmp_path / "data", api_key="the-key-of-programs") as wiki, wiki.browser() as http:
        agent = Agent(http, wiki.services, wiki.settings.repository)
        read = await http.get("/api/v1/pages/home")
        listed = await agent.post("tools/list")
        http.headers["Authorization"] = "Bearer the-key-of-programs"
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
        refused = [_mcp(await agent.post("tools/call", call)) for call in (page, write)]

    assert made.status_code == 201
    assert [answer.status_code for answer in outside] == [403, 403, 403, 403]
    assert refused == ["permission_denied", "permission_denied"]


def _rest(answer: httpx.Response) -> str:
    code = answer.json().get("code") if answer.status_code in {401, 403} else None
    return str(code) if code else "allowed"


def _mcp(answer: httpx.Response) -> str:
    if answer.status_code in {401, 403}:
        return str(answer.json()["code"])
    assert answer.status_code == 200, answer.text
    body = answer.json().get("result", {}).get("structuredContent") or {}
    code = body.get("code")
    return str(code) if code in REFUSALS else "allowed"
