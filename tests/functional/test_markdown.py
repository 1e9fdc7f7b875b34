"""Pages as raw Markdown at /<page>.md, and /llms.txt: for agents that speak neither MCP nor REST."""

from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from gateway.markdown import MarkdownPages
from tests.functional.agents import Agent, open_agent
from tests.wiki_app.git import git

OTHERS = ["/guide.md", "/home/a/notes.md", "/nowhere.md", "/-/about.md", "/static/x.md"]


async def test_a_page_as_raw_markdown_with_an_etag(agent: Agent) -> None:
    response = await agent.http.get("/Guide.md")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.text.startswith("---\ntitle: The Guide\n")
    known = {"If-None-Match": response.headers["etag"]}
    assert (await agent.http.get("/guide.md", headers=known)).status_code == 304
    await agent.done(
        "edit_page", path="guide", revision=await agent.revision("guide"), find="well", replace="often"
    )
    changed = await agent.http.get("/guide.md", headers=known)
    assert (changed.status_code, "often" in changed.text) == (200, True)


async def test_head_and_deeper_pages(agent: Agent) -> None:
    assert (await agent.http.head("/Docs/Setup.md")).headers["etag"]
    assert "otter" in (await agent.http.get("/docs/setup.md")).text


async def test_the_address_gives_way_to_a_page_and_a_file_of_that_name(agent: Agent) -> None:
    agent.services.store.refresh_index()
    for path in ("guide.md.md", "home/notes.md"):
        target = agent.repository / path
        target.parent.mkdir(exist_ok=True)
        target.write_text("another\n")
        git(agent.repository, "add", path)
    git(agent.repository, "commit", "-qm", "names that end in .md")
    reached: list[str] = []

    async def wiki(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    transport = httpx.ASGITransport(MarkdownPages(agent.services.pages, wiki))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as http:
        for path in OTHERS:
            await http.get(path)
        await http.post("/home.md")
    assert reached == [*OTHERS, "/home.md"]


async def test_who_may_not_read_gets_no_markdown_and_no_names(data: Path) -> None:
    closed = {"READ_ACCESS": "APPROVED", "WRITE_ACCESS": "APPROVED", "ATTACHMENT_ACCESS": "APPROVED"}
    async with open_agent(data, host="0.0.0.0", otterwiki=closed) as agent:
        assert (await agent.http.get("/Guide.md")).status_code == 401
        listed = (await agent.http.get("/llms.txt")).text
        assert "Guide" not in listed and "/mcp" in listed


async def test_llms_txt_names_the_doors_and_the_pages(agent: Agent) -> None:
    response = await agent.http.get("/llms.txt")
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.startswith("# Wiki\n\n> ")
    assert "(http://127.0.0.1/mcp)" in response.text
    assert "- [The Guide](http://127.0.0.1/Guide.md): Guide (howto, Python)\n" in response.text


async def test_llms_txt_of_a_large_wiki_names_folders(agent: Agent) -> None:
    edits = [{"op": "write", "path": f"many/p{number}", "content": "x"} for number in range(250)]
    await agent.done("apply_edits", edits=edits)
    text = (await agent.http.get("/llms.txt")).text
    assert "- Many/: 250 pages\n" in text
    assert text.count("/Many/") == 50


@pytest.mark.parametrize("path", ["/llms.txt", "/Guide.md"])
async def test_both_are_for_the_caller_alone(agent: Agent, path: str) -> None:
    assert "private" in (await agent.http.get(path)).headers["cache-control"]
