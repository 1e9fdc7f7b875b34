"""delete_page: a page taken away; its history keeps it."""

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape, preview
from gateway.agents.spec import CHANGES, Body, ToolSpec
from wiki_app.pages import DeleteOp


class DeletePageArguments(ChangeShape):
    path: str = Field(description="Page")
    revision: str = Field(description="From read_page")


def delete_page(call: Call, asked: DeletePageArguments) -> Body:
    """The page's text; its attachments and sub-pages stay."""
    call.require("delete", asked.path)
    if asked.dry_run:
        return preview(call, [DeleteOp(asked.path, revision=asked.revision)], asked.message)
    deleted = call.pages.delete(
        asked.path, call.actor(asked.idempotency_key), asked.message or None, revision=asked.revision
    )
    undo: Body = {"tool": "revert_page", "arguments": {"path": deleted.path, "revision": asked.revision}}
    return {"deleted": True, "path": deleted.path, "revision": deleted.revision, "undo_call": undo}


DELETE_PAGE = ToolSpec(
    name="delete_page",
    title="Delete a page",
    description="Delete a page's text; revert_page brings it back from history.",
    operation="delete",
    hints=CHANGES,
    shape=DeletePageArguments,
    run=delete_page,
)
