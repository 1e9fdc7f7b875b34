"""The operations on pages as data, single and in batches."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import ClassVar

from wiki_app.errors import InvalidInput
from wiki_app.pages.edit_items import page_edits
from wiki_app.pages.shapes import PageEdit


@dataclass(frozen=True)
class Operation:
    """`path` as the user typed it."""

    path: str


@dataclass(frozen=True)
class WriteOp(Operation):
    """The whole text; a page that exists needs its revision."""

    op: ClassVar[str] = "write"
    content: str
    revision: str | None = None
    merge: bool = False


@dataclass(frozen=True)
class EditOp(Operation):
    """One after the other, all or none."""

    op: ClassVar[str] = "edit"
    edits: tuple[PageEdit, ...]
    revision: str
    merge: bool = False


@dataclass(frozen=True)
class DeleteOp(Operation):
    """The page's file; its attachments and sub-pages stay."""

    op: ClassVar[str] = "delete"
    revision: str | None = None


@dataclass(frozen=True)
class RenameOp(Operation):
    """The page, its attachments, its sub-pages and the links to them; `revision` is what the page is now."""

    op: ClassVar[str] = "rename"
    new_path: str
    revision: str | None = None


@dataclass(frozen=True)
class RevertOp(Operation):
    """The text as it was at `revision`, also of a deleted page; `base_revision` is what the page is now."""

    op: ClassVar[str] = "revert"
    revision: str
    base_revision: str | None = None


AnyOp = WriteOp | EditOp | DeleteOp | RenameOp | RevertOp
_KINDS: Mapping[str, type[AnyOp]] = {
    kind.op: kind for kind in (WriteOp, EditOp, DeleteOp, RenameOp, RevertOp)
}
_ALIASES = {"patch": "edit", "put": "write", "move": "rename"}


def parse(raw: Mapping[str, object]) -> AnyOp:
    """An operation of a batch from JSON: `op`, `path` and the fields of its kind; an edit may have
    `old_string` and `new_string` in place of `edits`. Raises InvalidInput.
    """
    name = raw.get("op")
    kind = _KINDS.get(_ALIASES.get(name, name)) if isinstance(name, str) else None
    if kind is None:
        raise InvalidInput(f"op must be one of {', '.join(_KINDS)}.")
    values = dict(raw)
    if kind is EditOp:
        values["edits"] = page_edits([{**raw, "op": None}] if raw.get("edits") is None else raw["edits"])
    wanted = {field.name: field for field in fields(kind)}
    lacking = [
        name for name, field in wanted.items() if field.default is MISSING and values.get(name) is None
    ]
    if lacking:
        raise InvalidInput(f"Missing required field: {lacking[0]}")
    given = {name: value for name, value in values.items() if name in wanted and value is not None}
    _check_types(given)
    return kind(**given)  # type: ignore[arg-type]  # checked above by name


def _check_types(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        expected = {"merge": bool, "edits": tuple}.get(name, str)
        if not isinstance(value, expected):
            raise InvalidInput(f"{name} must be a {'boolean' if expected is bool else 'string'}.")
