"""Any operation on a stage, and many of them: all or nothing."""

from collections.abc import Iterator, Sequence

from wiki_app.errors import InvalidInput, WikiError
from wiki_app.lines import unified_diff
from wiki_app.names import display
from wiki_app.pages.delete import delete
from wiki_app.pages.edit import edit
from wiki_app.pages.operations import AnyOp, DeleteOp, EditOp, RenameOp, WriteOp
from wiki_app.pages.rename import rename
from wiki_app.pages.revert import revert
from wiki_app.pages.shapes import Outcome
from wiki_app.pages.stage import Stage
from wiki_app.pages.texts import decode, readable
from wiki_app.pages.write import write

MOST_OPERATIONS = 1000


def apply(stage: Stage, op: AnyOp) -> Outcome:
    """One operation. Raises what it raises."""
    match op:
        case WriteOp():
            return write(stage, op)
        case EditOp():
            return edit(stage, op)
        case DeleteOp():
            return delete(stage, op)
        case RenameOp():
            return rename(stage, op)
        case _:
            return revert(stage, op)


def apply_all(stage: Stage, ops: Sequence[AnyOp]) -> tuple[Outcome, ...]:
    """The operations in their order, each on what the ones before left. An error names, in `index`, the
    operation (from 0) that failed; nothing of the stage may be committed then.
    """
    return tuple(_numbered(stage, index, op) for index, op in enumerate(ops))


def _numbered(stage: Stage, index: int, op: AnyOp) -> Outcome:
    try:
        return apply(stage, op)
    except WikiError as error:
        error.fields |= {"index": index, "op": op.op}
        raise


def check_number(ops: Sequence[object]) -> None:
    """Raises InvalidInput."""
    if not ops:
        raise InvalidInput("edits must not be empty")
    if len(ops) > MOST_OPERATIONS:
        raise InvalidInput(f"A batch takes at most {MOST_OPERATIONS} operations: send several.")


def diffs(stage: Stage) -> Iterator[tuple[str, str]]:
    """(display path, unified diff) of each page that the stage changes; a moved one against its old place."""
    moved = {stage.origin(path) for path in stage.pages() if stage.exists(path)}
    for path in stage.pages():
        old_path = stage.origin(path)
        old, new = _committed(stage, old_path), stage.read(path) if stage.exists(path) else None
        if new is None and path in moved:
            continue
        names = f"a/{old_path}" if old is not None else "/dev/null", f"b/{path}" if new else "/dev/null"
        text = unified_diff(decode(old or b""), decode(new.data if new else b""), *names)
        yield display(path.removesuffix(".md"), stage.rules), readable(text)


def _committed(stage: Stage, path: str) -> bytes | None:
    return stage.snapshot.read(path) if stage.snapshot.entry(path) else None
