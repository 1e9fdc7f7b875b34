"""What agents change: pages, parts of pages, names, files, many pages at once."""

from base64 import b64encode
from pathlib import Path

import pytest

from tests.functional.agents import ERAS, OLD, Agent, open_agent
from tests.wiki_app.git import git


def log(agent: Agent, *args: str) -> str:
    """git's own log."""
    return git(agent.repository, "log", *args)


async def test_a_new_page_has_a_person_as_author_and_the_agent_in_a_trailer(agent: Agent) -> None:
    made = await agent.done("write_page", path="Docs/New", content="# New\n", message="Begin it")
    assert (made["created"], made["path"]) == (True, "Docs/New")
    assert log(agent, "-1", "--format=%an <%ae>%n%B").startswith(
        "Owner <owner@localhost>\nBegin it\n\nAgent: Tester\nClient: Tester/1\nRequest-Id: "
    )


@pytest.mark.parametrize(
    ("program", "agent_name"),
    [("claude-code/2.1 (cli)", "claude-code"), ("python-httpx/0.28", "MCP client")],
)
async def test_in_the_earlier_era_the_user_agent_names_the_agent(
    data: Path, program: str, agent_name: str
) -> None:
    async with open_agent(data, era=OLD) as agent:
        agent.http.headers["User-Agent"] = program
        await agent.done("write_page", path="x", content="x")
        assert f"Agent: {agent_name}\nClient: {program.split(maxsplit=1)[0]}\n" in log(
            agent, "-1", "--format=%B"
        )


@pytest.mark.parametrize("era", ERAS)
async def test_a_change_answers_without_the_pages_text(data: Path, era: str) -> None:
    async with open_agent(data, era=era) as agent:
        answered = await agent.done("write_page", path="x", content="secret words " * 500)
        assert "secret" not in str(answered.body)


async def test_an_existing_page_is_not_overwritten_without_its_revision(agent: Agent) -> None:
    refused = await agent.refused("write_page", path="home", content="x")
    assert refused["code"] == "conflict"
    assert "read_page" in refused["next_step"]


async def test_a_stale_change_is_merged_where_it_lies_apart(agent: Agent) -> None:
    base = await agent.revision("guide")
    await agent.done("edit_page", path="guide", revision=base, find="well", replace="often")
    merged = await agent.done("edit_page", path="guide", revision=base, find="That is all", replace="The end")
    assert merged["merged"] and "merged" in merged["note"]
    text = (await agent.done("read_page", path="guide"))["content"]
    assert "Use it often." in text and "The end." in text


async def test_a_stale_change_that_overlaps_gets_the_diff_and_the_call_to_repeat(agent: Agent) -> None:
    base = await agent.revision("guide")
    newer = await agent.done("edit_page", path="guide", revision=base, find="well", replace="often")
    refused = await agent.refused("edit_page", path="guide", revision=base, find="well", replace="rarely")
    assert (refused["code"], refused["current_revision"]) == ("conflict", newer["revision"])
    assert "+Use it often." in refused["diff_since_your_revision"]
    repeat = refused["repeat_call"]
    assert repeat == {"tool": "edit_page", "arguments": {"path": "Guide", "revision": newer["revision"]}}
    await agent.done(repeat["tool"], **repeat["arguments"], find="often", replace="rarely")


async def test_several_edits_are_one_commit(agent: Agent) -> None:
    base = await agent.revision("guide")
    edits = [
        {"old_string": "Use it well.", "new_string": "Use it."},
        {"op": "append", "section": "Use", "new_string": "And again."},
        {"op": "insert_before", "section": "End", "new_string": "## Middle\n\nHalf."},
        {"op": "replace_section", "section": "End", "new_string": "Over."},
        {"op": "set_frontmatter", "key": "category", "new_string": "Guides"},
    ]
    edited = await agent.done("edit_page", path="guide", revision=base, edits=edits)
    assert log(agent, "-1", "--format=%H").strip() == edited["revision"]
    text = (await agent.done("read_page", path="guide"))["content"]
    assert text.endswith("## Use\n\nUse it.\n\nAnd again.\n\n## Middle\n\nHalf.\n\n## End\n\nOver.\n")
    assert "category: Guides\n" in text


async def test_edits_are_all_done_or_none(agent: Agent) -> None:
    base = await agent.revision("guide")
    edits = [{"old_string": "well", "new_string": "x"}, {"old_string": "absent", "new_string": "y"}]
    refused = await agent.refused("edit_page", path="guide", revision=base, edits=edits)
    assert (refused["edit"], refused["occurrences"]) == (2, 0)
    assert await agent.revision("guide") == base


@pytest.mark.parametrize(
    "arguments",
    [
        {"old_text": "well", "new_text": "fine"},
        {"find": "well", "replace": "fine"},
        {"old_string": "well", "new_string": "fine"},
        {"edits": [{"find": "well", "replace": "fine"}]},
        {"edits": '[{"old_text": "well", "new_text": "fine"}]'},
        {"op": "replace_section", "heading": "Use", "text": "Use it fine."},
    ],
)
async def test_other_names_for_the_arguments_are_understood(
    agent: Agent, arguments: dict[str, object]
) -> None:
    await agent.done("edit_page", name="guide", revision=await agent.revision("guide"), **arguments)
    assert "Use it fine." in (await agent.done("read_page", path="guide"))["content"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("write_page", {"path": "new", "content": "x\n"}),
        ("edit_page", {"path": "guide", "find": "well", "replace": "fine", "revision": "guide"}),
        ("move_page", {"path": "guide", "new_path": "manual"}),
        ("delete_page", {"path": "guide", "revision": "guide"}),
        ("apply_edits", {"edits": [{"op": "write", "path": "new", "content": "x\n"}]}),
    ],
)
async def test_a_dry_run_shows_the_diff_and_changes_nothing(
    agent: Agent, tool: str, arguments: dict[str, object]
) -> None:
    before = log(agent, "-1", "--format=%H")
    if arguments.get("revision"):
        arguments = {**arguments, "revision": await agent.revision("guide")}
    shown = await agent.done(tool, **arguments, dry_run=True)
    assert shown["dry_run"] and shown["diff"].startswith("--- ")
    assert log(agent, "-1", "--format=%H") == before


async def test_a_move_takes_files_and_links_along(agent: Agent) -> None:
    moved = await agent.done("move_page", path="docs/setup", new_path="Docs/Install")
    assert moved["moved"] == ["Docs/Setup -> Docs/Install"]
    assert moved["updated_links_in"] == ["Home"]
    assert "[[Docs/Install]]" in (await agent.done("read_page", path="home"))["content"]
    assert (await agent.done("attachments", path="docs/install"))["total"] == 1


async def test_what_is_deleted_comes_back_by_the_call_that_the_answer_names(agent: Agent) -> None:
    before = await agent.done("read_page", path="guide")
    deleted = await agent.done("delete_page", path="guide", revision=before["revision"])
    assert (await agent.refused("read_page", path="guide"))["code"] == "not_found"
    undo = deleted["undo_call"]
    await agent.done(undo["tool"], **undo["arguments"])
    assert (await agent.done("read_page", path="guide"))["content"] == before["content"]


async def test_a_page_that_others_changed_is_not_deleted(agent: Agent) -> None:
    base = await agent.revision("guide")
    await agent.done("edit_page", path="guide", revision=base, find="well", replace="fine")
    refused = await agent.refused("delete_page", path="guide", revision=base)
    assert refused["code"] == "conflict" and "+Use it fine." in refused["diff_since_your_revision"]


async def test_files_are_added_read_and_deleted(agent: Agent) -> None:
    added = await agent.done("attachments", path="home", action="add", name="a b.txt", content="hello")
    assert added["name"] == "a_b.txt"
    read = await agent.done("attachments", path="home", action="read", name="a_b.txt")
    assert read["content"] == "hello"
    binary = b64encode(bytes(range(256))).decode()
    await agent.done(
        "attachments", path="home", action="add", name="x.bin", content=binary, encoding="base64"
    )
    assert "no text" in (await agent.done("attachments", path="home", action="read", name="x.bin"))["note"]
    await agent.done("attachments", path="home", action="delete", name="x.bin")
    assert [file["name"] for file in (await agent.done("attachments", path="home"))["attachments"]] == [
        "a_b.txt"
    ]


async def test_many_pages_change_in_one_commit_or_not_at_all(agent: Agent) -> None:
    base = await agent.revision("guide")
    edits = [
        {"op": "write", "path": "new", "content": "[[Guide]]\n"},
        {"op": "move", "path": "guide", "new_path": "manual"},
        {"op": "edit", "path": "manual", "revision": base, "edits": [{"find": "well", "replace": "fine"}]},
        {"op": "delete", "path": "docs/numbers", "revision": await agent.revision("docs/numbers")},
    ]
    done = await agent.done("apply_edits", edits=edits, message="Sort things")
    assert done["results"] == ["write: New", "move: Manual", "edit: Manual", "delete: Docs/Numbers"]
    assert (await agent.done("read_page", path="new"))["content"] == "[[Manual]]\n"
    failing = [{"op": "write", "path": "other", "content": "x"}, {"op": "edit", "path": "other"}]
    refused = await agent.refused("apply_edits", edits=failing)
    assert refused["index"] == 1
    assert (await agent.refused("read_page", path="other"))["code"] == "not_found"


async def test_the_same_key_again_changes_nothing(agent: Agent) -> None:
    written = {"path": "x", "content": "x\n", "idempotency_key": "abc"}
    first = await agent.done("write_page", **written)
    assert (await agent.done("write_page", **written)).body == first.body
    assert len(log(agent, "--format=%H", "--", "x.md").split()) == 1
    other = await agent.refused("write_page", **{**written, "content": "y\n"})
    assert other["code"] == "invalid_input" and "new key" in other["error"]


async def test_rest_has_the_same_keys_and_shows_the_agent(agent: Agent) -> None:
    headers = {"Idempotency-Key": "k", "X-Agent": "Scribe", "User-Agent": "scribe/1"}
    body = {"content": "x\n", "commit_message": "why"}
    first = await agent.http.put("/api/v1/pages/x", json=body, headers=headers)
    again = await agent.http.put("/api/v1/pages/x", json=body, headers=headers)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    shown = (await agent.http.get("/api/v1/pages/x")).json()["last_commit"]
    assert (shown["message"], shown["agent"], shown["client"]) == ("why", "Scribe", "scribe/1")
    other = await agent.http.put("/api/v1/pages/y", json=body, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "invalid_input")
