"""What agents read: pages in parts, searches, lists, links, history, resources."""

import io
from base64 import b64decode, b64encode
from typing import Any

import pytest
from PIL import Image

from gateway.agents.tokens import USUAL, estimate
from tests.functional.agents import Agent

LONG = "".join(f"# Part {n}\n\n" + "Words of this part are many. " * 120 + "\n\n" for n in range(40))


async def test_a_page_comes_with_what_a_change_needs(agent: Agent) -> None:
    page = await agent.done("read_page", path="Guide")
    assert page["content"].startswith("---\ntitle: The Guide\n")
    assert (page["path"], page["title"], len(page["revision"])) == ("Guide", "The Guide", 40)
    assert page["url"] == "http://127.0.0.1/Guide"


@pytest.mark.parametrize("alias", ["name", "title", "page"])
async def test_other_names_for_the_path_are_understood(agent: Agent, alias: str) -> None:
    assert (await agent.done("read_page", **{alias: "guide.md"}))["path"] == "Guide"


@pytest.mark.parametrize(
    ("asked", "content", "lines"),
    [
        ({"section": "Use"}, "## Use\n\nUse it well.\n\n", "10-13 of 17"),
        ({"section": "#end"}, "## End\n\nThat is all.\n", "14-17 of 17"),
        ({"lines": "6-8"}, "# Guide\n\nBack to [[Home]].", "6-8 of 17"),
        ({"lines": "16-"}, "That is all.\n", "16-17 of 17"),
        ({"lines": "6"}, "# Guide", "6-6 of 17"),
    ],
)
async def test_parts_of_a_page(agent: Agent, asked: dict[str, str], content: str, lines: str) -> None:
    page = await agent.done("read_page", path="guide", **asked)
    assert (page["content"].rstrip("\n"), page["lines"]) == (content.rstrip("\n"), lines)


async def test_an_outline_has_line_numbers(agent: Agent) -> None:
    page = await agent.done("read_page", path="guide", outline=True)
    assert page["outline"] == ["6: # Guide", "10: ## Use", "14: ## End"]
    assert "content" not in page


async def test_a_page_as_it_was(agent: Agent) -> None:
    first = await agent.done("write_page", path="x", content="one\n")
    await agent.done("write_page", path="x", content="two\n", revision=first["revision"])
    then = await agent.done("read_page", path="x", revision=first["revision"][:7])
    assert (then["content"], then["revision"]) == ("one\n", first["revision"])


async def test_several_pages_in_one_call(agent: Agent) -> None:
    answered = await agent.done("read_page", paths=["home", "nowhere", "docs/setup"])
    assert [page.get("code", page["path"]) for page in answered["pages"]] == [
        "Home",
        "not_found",
        "Docs/Setup",
    ]


async def test_a_long_page_is_cut_at_a_section_and_continued_until_its_end(agent: Agent) -> None:
    await agent.done("write_page", path="long", content=LONG)
    page = await agent.done("read_page", path="long")
    assert page["truncated"] and page["outline"][1].endswith("# Part 1")
    assert estimate(str(page.body)) < USUAL
    text = page["content"]
    while "next_call" in page:
        assert page["next_call"]["tool"] == "read_page"
        page = await agent.done("read_page", **page["next_call"]["arguments"])
        assert page["content"].startswith("# Part")
        text += "\n" + page["content"]
    assert text == LONG


async def test_who_asks_for_more_gets_more(agent: Agent) -> None:
    await agent.done("write_page", path="long", content=LONG)
    usual = await agent.done("read_page", path="long")
    more = await agent.done("read_page", path="long", max_tokens=18_000)
    assert len(more["content"]) > 2 * len(usual["content"])


async def test_one_endless_line_is_cut_too(agent: Agent) -> None:
    await agent.done("write_page", path="line", content="word " * 100_000)
    page = await agent.done("read_page", path="line")
    assert page["truncated"] and "longer than a result" in page["note"]


async def test_a_search_says_where_it_found_what(agent: Agent) -> None:
    found = await agent.done("search", query="otter enough")
    hit = found["results"][0]
    assert (hit["id"], hit["path"], hit["url"]) == ("docs/setup", "Docs/Setup", "http://127.0.0.1/Docs/Setup")
    assert "otter" in hit["snippet"] and hit["matched"]
    assert (found["mode"], "note" in found) == ("keyword", True)
    assert "note" not in await agent.done("search", query="otter", mode="keyword")


async def test_a_hit_has_its_section(agent: Agent) -> None:
    assert (await agent.done("search", query="well"))["results"][0]["section"] == "Use"


async def test_a_rare_exact_term_wins(agent: Agent) -> None:
    for number in range(8):
        await agent.done("write_page", path=f"p{number}", content="otter " * 50)
    await agent.done("write_page", path="rare", content="text with ERR_X-42 in it, and one otter\n")
    hit = (await agent.done("search", query="otter ERR_X-42"))["results"][0]
    assert (hit["id"], hit["matched"]) == ("rare", ["exact", "keyword"])


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [({"prefix": "docs/"}, ["docs/setup"]), ({"tag": "python"}, ["guide"]), ({"limit": 1}, ["docs/setup"])],
)
async def test_a_search_is_narrowed(agent: Agent, narrowed: dict[str, Any], ids: list[str]) -> None:
    found = await agent.done("search", query="home guide otter", **narrowed)
    assert [hit["id"] for hit in found["results"]] == ids


async def test_meaning_alone_is_not_there_yet(agent: Agent) -> None:
    assert (await agent.refused("search", query="x", mode="semantic"))["code"] == "unavailable"


async def test_fetch_has_the_form_that_connectors_expect(agent: Agent) -> None:
    hit = (await agent.done("search", query="otter"))["results"][0]
    page = await agent.done("fetch", id=hit["id"])
    assert {"id", "title", "text", "url", "metadata"} <= page.body.keys()
    assert "An otter is enough." in page["text"]


async def test_pages_are_listed_filtered_and_paged(agent: Agent) -> None:
    whole = await agent.done("list_pages")
    assert [page["path"] for page in whole["pages"]] == ["Docs/Numbers", "Docs/Setup", "Guide", "Home"]
    assert [page["path"] for page in (await agent.done("list_pages", tag="howto"))["pages"]] == [
        "Docs/Setup",
        "Guide",
    ]
    first = await agent.done("list_pages", limit=3)
    rest = await agent.done("list_pages", **first["next_call"]["arguments"])
    assert [page["path"] for page in rest["pages"]] == ["Home"]


async def test_the_tree_counts_what_lies_deeper(agent: Agent) -> None:
    tree = (await agent.done("list_pages", depth=1))["pages"]
    assert tree[0] == {"path": "Docs/", "pages_below": 2}
    below = (await agent.done("list_pages", depth=1, prefix="docs/"))["pages"]
    assert [page["path"] for page in below] == ["Docs/Numbers", "Docs/Setup"]


async def test_links_of_a_page_and_of_the_wiki(agent: Agent) -> None:
    links = await agent.done("page_links", path="home", depth=2)
    assert (links["links_to"], links["linked_from"]) == (["Docs/Setup", "Guide", "Missing Page"], ["Guide"])
    assert links["broken"] == ["Missing Page"]
    assert {"path": "Guide", "distance": 1} in links["neighbourhood"]
    ends = await agent.done("page_links")
    assert ends["orphans"] == ["Docs/Numbers"]
    assert ends["broken"] == [{"from": "Home", "to": "Missing Page"}]


async def test_history_diff_and_who_wrote_a_section(agent: Agent) -> None:
    first = await agent.revision("guide")
    edited = await agent.done("edit_page", path="guide", revision=first, find="well", replace="often")
    history = await agent.done("page_history", path="guide")
    assert [entry["revision"] for entry in history["revisions"]] == [edited["revision"], first]
    assert history["revisions"][0]["agent"] == "Tester"
    diff = await agent.done("page_history", path="guide", from_revision=first)
    assert "+Use it often." in diff["diff"]
    who = await agent.done("page_history", path="guide", who=True, section="Use")
    assert [(entry["revision"], entry["lines"]) for entry in who["written_by"]] == [
        (edited["revision"], "12"),
        (first, "10-11, 13"),
    ]


async def test_recent_changes_by_agent_time_revision_and_place(agent: Agent) -> None:
    first = await agent.done("write_page", path="docs/new", content="x", message="Add it")
    await agent.done("write_page", path="other", content="x")
    mine = (await agent.done("recent_changes", agent="tester"))["changes"]
    assert [change["pages"] for change in mine] == [["Other"], ["Docs/New"]]
    assert (mine[1]["message"], mine[1]["author"]) == ("Add it", "Owner")
    after = (await agent.done("recent_changes", since=first["revision"]))["changes"]
    assert [change["pages"] for change in after] == [["Other"]]
    assert (await agent.done("recent_changes", since="2999-01-01"))["changes"] == []
    docs = (await agent.done("recent_changes", prefix="docs/", limit=1))["changes"]
    assert [change["pages"] for change in docs] == [["Docs/New"]]


async def test_resources_are_pages_sections_and_files(agent: Agent) -> None:
    listed = (await agent.ask("resources/list"))["resources"]
    assert "wiki://page/Docs%2FSetup" in {resource["uri"] for resource in listed}
    templates = (await agent.ask("resources/templates/list"))["resourceTemplates"]
    assert [template["uriTemplate"] for template in templates] == [
        "wiki://page/{path}",
        "wiki://page/{path}/section/{heading}",
        "wiki://attachment/{path}/{name}",
    ]
    for uri, text in (
        ("wiki://page/Docs%2FSetup", "---\ntags: howto"),
        ("wiki://page/Docs/Setup", "---\ntags: howto"),
        ("wiki://page/Guide/section/use", "## Use\n"),
        ("wiki://attachment/Docs%2FSetup/notes.txt", "plain notes"),
    ):
        result = await agent.ask("resources/read", uri=uri)
        assert result["contents"][0]["text"].startswith(text)
        assert result["ttlMs"] == 10_000


@pytest.mark.parametrize(
    "uri",
    ["wiki://page/nowhere", "wiki://page/..%2F..%2Fetc", "wiki://other/x", "wiki://page/Guide/section/no"],
)
async def test_a_resource_that_is_not_there(agent: Agent, uri: str) -> None:
    error = (await agent.post("resources/read", {"uri": uri})).json()["error"]
    assert (error["code"], error["data"]) == (-32602, {"uri": uri})


@pytest.mark.parametrize(
    ("name", "value", "given", "values"),
    [
        ("path", "doc", {}, ["Docs/Numbers", "Docs/Setup"]),
        ("path", "set", {}, ["Docs/Setup"]),
        ("heading", "u", {"path": "guide"}, ["Use"]),
        ("name", "", {"path": "docs/setup"}, ["notes.txt"]),
        ("heading", "u", {"path": "nowhere"}, []),
    ],
)
async def test_arguments_are_completed(
    agent: Agent, name: str, value: str, given: dict[str, str], values: list[str]
) -> None:
    reference = {"type": "ref/resource", "uri": "wiki://page/{path}"}
    asked = {"ref": reference, "argument": {"name": name, "value": value}, "context": {"arguments": given}}
    assert (await agent.ask("completion/complete", **asked))["completion"]["values"] == values


async def test_a_picture_is_shown_small(agent: Agent) -> None:
    target = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).save(target, "PNG")
    content = b64encode(target.getvalue()).decode()
    await agent.done(
        "attachments", path="home", action="add", name="noise.png", content=content, encoding="base64"
    )
    shown = await agent.done("attachments", path="home", action="read", name="noise.png")
    picture = next(block for block in shown.content if block["type"] == "image")
    assert (shown["width"], picture["mimeType"]) == (1600, "image/jpeg")
    assert len(b64decode(picture["data"])) <= 64 * 1024
