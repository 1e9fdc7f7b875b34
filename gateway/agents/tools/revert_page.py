"""revert_page: the text of a page as it was."""

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape, changed, preview
from gateway.agents.spec import CHANGES, Body, ToolSpec
from wiki_app.pages import RevertOp


class RevertPageArguments(ChangeShape):
    path: str = Field(description="Page, a deleted one too")
    revision: str = Field(description="The state to go back to, from page_history")
    base_revision: str = Field("", description="The page's revision now: refuse if changed since")


def revert_page(call: Call, asked: RevertPageArguments) -> Body:
    """A new commit with the old text; nothing is taken out of the history."""
    call.require("revert", asked.path)
    op = RevertOp(asked.path, revision=asked.revision, base_revision=asked.base_revision or None)
    if asked.dry_run:
        return preview(call, [op], asked.message)
    reverted = call.pages.revert(
        asked.path,
        asked.revision,
        call.actor(asked.idempotency_key),
        asked.message or None,
        base_revision=asked.base_revision or None,
    )
    return changed(call, reverted, title=reverted.name, restored=reverted.restored)


REVERT_PAGE = ToolSpec(
    name="revert_page",
    title="Revert a page",
    description="Give a page the text of an earlier revision, as a new commit; undeletes too.",
    operation="revert",
    hints=CHANGES,
    shape=RevertPageArguments,
    run=revert_page,
)
