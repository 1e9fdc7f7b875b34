"""Bad input at the agents' door: a typed error with the next step, nothing written, never a traceback."""

from typing import Any

import pytest

from tests.functional.agents import ACCEPT, ERAS, Agent
from tests.wiki_app.git import git

BAD_PATHS = [
    *("../x", "a/../../x", ".git/config", "a/.GIT/x", "git~1/x", "%2e%2e/x", "%2egit/hooks", "/", ".."),
    *("a\0b", "a\nb", "a\x1bb", "\ud800", "a\\b", "x" * 300, "mcp", "api/v1/pages"),
]
MANY = [{"find": f"{number}", "replace": "x"} for number in range(10_000)]
WRITES = [{"op": "write", "path": f"p{number}", "content": "x"} for number in range(1001)]
FIRST_GOOD = [{"op": "write", "path": "a", "content": "x"}, {"op": "write", "path": "../a", "content": "x"}]

TABLE: list[tuple[str, dict[str, Any], str]] = [
    ("read_page", {"path": "nowhere"}, "not_found"),
    ("read_page", {"path": "guide", "section": "No such"}, "not_found"),
    ("read_page", {"path": "guide", "revision": "abcd1234"}, "not_found"),
    ("read_page", {"path": "guide", "lines": "9-3"}, "invalid_input"),
    ("read_page", {"path": "guide", "lines": "all"}, "invalid_input"),
    ("read_page", {"path": "guide", "lines": "1-2", "section": "Use"}, "invalid_input"),
    ("read_page", {}, "invalid_input"),
    ("read_page", {"path": 5}, "invalid_input"),
    ("read_page", {"paths": ["a"] * 51}, "invalid_input"),
    ("read_page", {"paths": ["nowhere", "nothing"]}, "not_found"),
    ("read_page", {"path": "guide", "max_tokens": 10**9}, "invalid_input"),
    ("read_page", {"path": "x" * 100_000}, "not_found"),
    ("read_page", {"path": "\ud800"}, "not_found"),
    ("fetch", {"id": ""}, "invalid_input"),
    ("search", {"query": " "}, "invalid_input"),
    ("search", {"query": "x", "limit": 0}, "invalid_input"),
    ("search", {"query": "x", "mode": "magic"}, "invalid_input"),
    ("search", {"qurey": "x"}, "invalid_input"),
    ("list_pages", {"updated_since": "yesterday"}, "invalid_input"),
    ("list_pages", {"cursor": "~~~"}, "invalid_input"),
    ("recent_changes", {"since": "lately"}, "invalid_input"),
    ("recent_changes", {"since": "abcdef012345"}, "not_found"),
    ("page_history", {"path": "nowhere"}, "not_found"),
    ("page_history", {"path": "guide", "from_revision": "ffffffff"}, "not_found"),
    ("page_links", {"path": "guide", "depth": 9}, "invalid_input"),
    ("write_page", {"path": "x"}, "invalid_input"),
    ("write_page", {"path": "", "content": "x"}, "invalid_input"),
    ("write_page", {"path": "x", "content": {"a": 1}}, "invalid_input"),
    ("write_page", {"path": "x", "content": "w" * 2_000_000}, "too_large"),
    ("write_page", {"path": "x", "content": "\0binary\x01\x02"}, "invalid_input"),
    ("write_page", {"path": "x", "content": "half \ud800 pair"}, "invalid_input"),
    ("write_page", {"path": "guide", "content": "x"}, "conflict"),
    ("write_page", {"path": "guide", "content": "x", "revision": "abc"}, "invalid_input"),
    ("write_page", {"path": "guide", "content": "x", "revision": "0123456789"}, "conflict"),
    ("write_page", {"path": "x", "content": "x", "message": "m" * 20_000}, "invalid_input"),
    ("write_page", {"path": "x", "content": "x", "message": "m\n\nAgent: someone else"}, "invalid_input"),
    ("write_page", {"path": "x", "content": "x", "idempotency_key": "k" * 300}, "invalid_input"),
    *(("write_page", {"path": path, "content": "x"}, "invalid_input") for path in BAD_PATHS),
    ("edit_page", {"path": "guide", "revision": "x" * 40, "edits": []}, "invalid_input"),
    ("edit_page", {"path": "guide", "find": "well", "replace": "x"}, "invalid_input"),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "find": "", "replace": "x"}, "invalid_input"),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "find": "absent", "replace": "x"}, "invalid_input"),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "find": "i", "replace": "x"}, "invalid_input"),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "find": "well", "replace": "\0"}, "invalid_input"),
    ("edit_page", {"path": "nowhere", "revision": "0123456789", "find": "a", "replace": "b"}, "not_found"),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "edits": MANY}, "invalid_input"),
    (
        "edit_page",
        {"path": "guide", "revision": "GUIDE", "edits": [{"op": "append", "new_string": "x"}] * 101},
        "invalid_input",
    ),
    (
        "edit_page",
        {"path": "guide", "revision": "GUIDE", "op": "append", "section": "No such", "new_string": "x"},
        "not_found",
    ),
    (
        "edit_page",
        {"path": "guide", "revision": "GUIDE", "op": "replace_section", "new_string": "x"},
        "invalid_input",
    ),
    (
        "edit_page",
        {"path": "guide", "revision": "GUIDE", "op": "set_frontmatter", "key": "a: b", "new_string": "x"},
        "invalid_input",
    ),
    ("edit_page", {"path": "guide", "revision": "GUIDE", "op": "explode"}, "invalid_input"),
    ("move_page", {"path": "guide", "new_path": "home"}, "conflict"),
    ("move_page", {"path": "guide", "new_path": "../x"}, "invalid_input"),
    ("move_page", {"path": "guide", "new_path": "guide"}, "invalid_input"),
    ("move_page", {"path": "guide", "new_path": "x", "revision": "0123456789"}, "conflict"),
    ("delete_page", {"path": "guide"}, "invalid_input"),
    ("delete_page", {"path": "guide", "revision": "0123456789"}, "conflict"),
    ("revert_page", {"path": "guide", "revision": "ffffffff"}, "not_found"),
    ("attachments", {"path": "nowhere"}, "not_found"),
    ("attachments", {"path": "guide", "action": "read"}, "invalid_input"),
    ("attachments", {"path": "guide", "action": "read", "name": "../guide.md"}, "not_found"),
    ("attachments", {"path": "guide", "action": "add", "name": "///", "content": "x"}, "invalid_input"),
    ("attachments", {"path": "guide", "action": "add", "name": "x.md", "content": "x"}, "invalid_input"),
    (
        "attachments",
        {"path": "guide", "action": "add", "name": "x", "content": "%%", "encoding": "base64"},
        "invalid_input",
    ),
    ("attachments", {"path": "guide", "action": "burn"}, "invalid_input"),
    ("apply_edits", {"edits": []}, "invalid_input"),
    ("apply_edits", {"edits": FIRST_GOOD}, "invalid_input"),
    ("apply_edits", {"edits": WRITES}, "invalid_input"),
    ("apply_edits", {"edits": [{"op": "edit", "path": "guide", "revision": "GUIDE"}]}, "invalid_input"),
    ("apply_edits", {"edits": "not json"}, "invalid_input"),
]


@pytest.mark.parametrize("tool", sorted({tool for tool, _, _ in TABLE}))
async def test_bad_input_is_refused_with_the_next_step(agent: Agent, tool: str) -> None:
    before = git(agent.repository, "rev-parse", "HEAD")
    revision = await agent.revision("guide")
    for arguments, code in [(arguments, code) for name, arguments, code in TABLE if name == tool]:
        given = {**arguments, "revision": revision} if arguments.get("revision") == "GUIDE" else arguments
        refused = await agent.refused(tool, **given)
        assert refused["code"] == code, (str(given)[:200], refused.body)
        assert len(refused.content[0]["text"]) < 6_000
    assert git(agent.repository, "rev-parse", "HEAD") == before
    assert not git(agent.repository, "status", "--porcelain", "--untracked-files=all").strip()


NO_MESSAGES = [
    *(b"", b"{", b"[]", b"null", b'"x"', b'{"jsonrpc":"2.0"}', b"[" * 50_000, b"\xff\xfe"),
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
    b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}',
]


@pytest.mark.parametrize("era", ERAS)
async def test_what_is_no_message_is_no_fault_of_ours(agent: Agent, era: str) -> None:
    headers = {**ACCEPT, "Content-Type": "application/json", "MCP-Protocol-Version": era}
    for body in NO_MESSAGES:
        response = await agent.http.post("/mcp", content=body, headers=headers)
        assert 400 <= response.status_code < 500 or "error" in response.json(), body[:40]
        assert "Traceback" not in response.text
