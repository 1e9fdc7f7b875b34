"""move_page: another name for a page, and the links to it follow."""

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape, changed, preview, shortened
from gateway.agents.spec import CHANGES, Body, ToolSpec
from wiki_app.pages import RenameOp


class MovePageArguments(ChangeShape):
    path: str = Field(description="Page")
    new_path: str = Field(description="Where it goes")
    revision: str = Field("", description="From read_page: refuse if changed since")


def move_page(call: Call, asked: MovePageArguments) -> Body:
    """The page, its sub-pages, its attachments, and the links of others, in one commit."""
    call.require("move", asked.path, asked.new_path)
    op = RenameOp(asked.path, new_path=asked.new_path, revision=asked.revision or None)
    if asked.dry_run:
        return preview(call, [op], asked.message)
    moved = call.pages.rename(
        asked.path,
        asked.new_path,
        call.actor(asked.idempotency_key),
        asked.message or None,
        revision=asked.revision or None,
    )
    return changed(
        call,
        moved,
        old_path=moved.old_path,
        moved=shortened([f"{old} -> {new}" for old, new in moved.moved]),
        updated_links_in=shortened(moved.updated_pages),
    )


MOVE_PAGE = ToolSpec(
    name="move_page",
    title="Move a page",
    description="Rename a page with its sub-pages and files; links to them are rewritten in the same commit.",
    operation="move",
    hints=CHANGES,
    shape=MovePageArguments,
    run=move_page,
)
