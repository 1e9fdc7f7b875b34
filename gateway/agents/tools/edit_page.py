"""edit_page: parts of a page changed, all or nothing."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import ChangeShape, EditItem, changed, preview
from gateway.agents.spec import CHANGES, Body, ToolSpec
from wiki_app.pages import EditOp, page_edits

SINGLE = frozenset({"op", "old_string", "new_string", "section", "key", "content", "value", "action"})


class EditPageArguments(ChangeShape):
    path: str = Field(description="Page")
    revision: str = Field(description="From read_page")
    edits: list[EditItem] = Field(description="One after the other, all or none", min_length=1)

    @classmethod
    def usual(cls, raw: Mapping[str, Any]) -> dict[str, Any]:
        """One edit may stand among the arguments, without a list around it."""
        given = super().usual(raw)
        if "edits" not in given:
            whole = EditItem.usual(given)
            single = {name: value for name, value in whole.items() if name in SINGLE}
            if single:
                given = {name: value for name, value in whole.items() if name not in SINGLE}
                given["edits"] = [single]
        return given


def edit_page(call: Call, asked: EditPageArguments) -> Body:
    """A change from a stale revision is merged where it can be."""
    call.require("edit", asked.path)
    edits = page_edits([item.item() for item in asked.edits])
    if asked.dry_run:
        op = EditOp(asked.path, edits=edits, revision=asked.revision, merge=True)
        return preview(call, [op], asked.message)
    edited = call.pages.edit(
        asked.path,
        edits,
        asked.revision,
        call.actor(asked.idempotency_key),
        asked.message or None,
        merge=True,
    )
    return changed(call, edited, title=edited.name)


EDIT_PAGE = ToolSpec(
    name="edit_page",
    title="Edit a page",
    description="Replace strings, work by heading, set frontmatter keys: several edits in one commit.",
    operation="edit",
    hints=CHANGES,
    shape=EditPageArguments,
    run=edit_page,
)
