"""fetch: a page by the id of a search hit, in the form that ChatGPT's connectors expect."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.cutting import outline_of, part_of
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import PAGE_TEXT


class FetchArguments(Shape):
    id: str = Field(description="id of a search hit")
    more_aliases: ClassVar[Mapping[str, str]] = {"path": "id", "name": "id", "title": "id"}


def fetch(call: Call, asked: FetchArguments) -> Body:
    """The page's text, its beginning when it is long."""
    call.require("read", asked.id)
    page = call.pages.read(asked.id)
    lines = page.content.split("\n")
    part = part_of(lines, 0, len(lines), PAGE_TEXT, outline_of(page.content))
    metadata: Body = {
        "path": page.path,
        "revision": page.revision,
        "author": page.last_commit.commit.author.name,
        "updated": page.last_commit.commit.authored.isoformat(),
    }
    body: Body = {"id": page.key, "title": page.name, "text": part.text, "url": call.url(page.path)}
    if part.end < len(lines) or not part.whole:
        metadata["truncated"] = True
        body["next_call"] = {
            "tool": "read_page",
            "arguments": {"path": page.path, "lines": f"{part.end + 1}-"},
        }
    return body | {"metadata": metadata}


FETCH = ToolSpec(
    name="fetch",
    title="Fetch a page by id",
    description="The page of a search hit. read_page does the same and more.",
    operation="read",
    hints=READS,
    shape=FetchArguments,
    run=fetch,
)
