"""write_page: a page made, or its whole text replaced."""

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape, changed, preview
from gateway.agents.spec import CHANGES, Body, ToolSpec
from wiki_app.pages import WriteOp


class WritePageArguments(ChangeShape):
    path: str = Field(description="Page; folders with /")
    content: str = Field(description="Whole Markdown, frontmatter included")
    revision: str = Field("", description="From read_page, when the page exists")


def write_page(call: Call, asked: WritePageArguments) -> Body:
    """A stale text is merged where it can be."""
    call.require("write", asked.path)
    revision = asked.revision or None
    if asked.dry_run:
        op = WriteOp(asked.path, content=asked.content, revision=revision, merge=True)
        return preview(call, [op], asked.message)
    written = call.pages.write(
        asked.path,
        asked.content,
        revision,
        call.actor(asked.idempotency_key),
        asked.message or None,
        merge=True,
    )
    return changed(call, written, title=written.name, created=written.created)


WRITE_PAGE = ToolSpec(
    name="write_page",
    title="Write a page",
    description="Create a page, or replace all its text from the revision it was read at. See edit_page too.",
    operation="write",
    hints=CHANGES,
    shape=WritePageArguments,
    run=write_page,
)
