"""apply_edits: changes of many pages, in one commit or not at all."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.changes import MERGED, ChangeShape, EditItem, preview, shortened
from gateway.agents.shapes import Shape
from gateway.agents.spec import CHANGES, Body, ToolSpec
from gateway.errors import GatewayError
from wiki_app.errors import InvalidInput
from wiki_app.pages import AnyOp, DeleteOp, EditOp, RenameOp, RevertOp, WriteOp, page_edits


class PageChange(Shape):
    """One operation."""

    op: Literal["write", "edit", "move", "delete", "revert"] = Field(description="As the tools of that name")
    path: str = Field(description="Page")
    revision: str = Field("", description="Base revision; for revert the state to go back to")
    content: str = Field("", description="write: whole text")
    edits: list[EditItem] = Field([], description="edit: as in edit_page")
    new_path: str = Field("", description="move: where to")


class ApplyEditsArguments(ChangeShape):
    edits: list[PageChange] = Field(description="In order, each on what the ones before left", min_length=1)

    more_aliases: ClassVar[Mapping[str, str]] = {"operations": "edits", "changes": "edits", "pages": "edits"}


def apply_edits(call: Call, asked: ApplyEditsArguments) -> Body:
    """An error names the change, from 0, that failed; then nothing is written."""
    paths = [path for change in asked.edits for path in (change.path, change.new_path) if path]
    call.require("batch", *paths)
    ops = [_op(number, change) for number, change in enumerate(asked.edits)]
    if asked.dry_run:
        return preview(call, ops, asked.message)
    done = call.pages.batch(ops, call.actor(asked.idempotency_key), asked.message or None)
    results = [
        f"{change.op}: {outcome.path}" for change, outcome in zip(asked.edits, done.outcomes, strict=True)
    ]
    body: Body = {
        "revision": done.revision or "",
        "changed": done.revision is not None,
        "results": shortened(results),
    }
    if any(getattr(outcome, "merged", False) for outcome in done.outcomes):
        body |= {"merged": True, "note": MERGED}
    return body


def _op(number: int, change: PageChange) -> AnyOp:
    needed = {"edit": "revision", "delete": "revision", "revert": "revision", "move": "new_path"}.get(
        change.op
    )
    if needed and not getattr(change, needed):
        raise GatewayError("invalid_input", f"edits.{number}: {change.op} needs {needed}.", index=number)
    try:
        return _MAKE[change.op](change)
    except InvalidInput as error:
        raise GatewayError("invalid_input", f"edits.{number}: {error.message}", index=number) from error


_MAKE: Mapping[str, Callable[[PageChange], AnyOp]] = MappingProxyType(
    {
        "write": lambda change: WriteOp(
            change.path, content=change.content, revision=change.revision or None, merge=True
        ),
        "edit": lambda change: EditOp(
            change.path,
            edits=page_edits([item.item() for item in change.edits]),
            revision=change.revision,
            merge=True,
        ),
        "move": lambda change: RenameOp(
            change.path, new_path=change.new_path, revision=change.revision or None
        ),
        "delete": lambda change: DeleteOp(change.path, revision=change.revision),
        "revert": lambda change: RevertOp(change.path, revision=change.revision),
    }
)


APPLY_EDITS = ToolSpec(
    name="apply_edits",
    title="Change many pages",
    description="Write, edit, move, delete and revert many pages in one commit, all or nothing.",
    operation="batch",
    hints=CHANGES,
    shape=ApplyEditsArguments,
    run=apply_edits,
)
