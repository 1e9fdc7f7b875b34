"""PATCH: replacements in the raw text of a page."""

from collections.abc import Sequence

from wiki_app.errors import InvalidInput
from wiki_app.lines import unified_diff
from wiki_app.names import file_of
from wiki_app.pages.naming import name_in
from wiki_app.pages.operations import EditOp
from wiki_app.pages.revisions import check_length, is_current, propose
from wiki_app.pages.shapes import Edited, Replacement
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import check_text, encode, readable


def edit(stage: Stage, op: EditOp) -> Edited:
    """Checks in the order that REST.md fixes, then replaces.

    Raises InvalidInput, NotFound, Conflict, TooLarge.
    """
    _check_request(op)
    page = stage.existing(op.path)
    text, merged = _edited(stage, page, op)
    changed = text != page.text
    file = file_of(page.key)
    if changed:
        stage.put(file, encode(text))
    return Edited(
        page.key,
        page.path,
        "" if changed else page.revision or "",
        name=name_in(text, page.path),
        merged=merged,
        diff=readable(unified_diff(page.text, text, f"a/{file}", f"b/{file}")),
    )


def _check_request(op: EditOp) -> None:
    if not op.edits:
        raise InvalidInput("edits must not be empty")
    if not all(replacement.old for replacement in op.edits):
        raise InvalidInput("old_string must not be empty")
    check_length(op.revision)
    if any(replacement.old == replacement.new for replacement in op.edits):
        raise InvalidInput("old_string and new_string are identical")
    for replacement in op.edits:
        check_text(replacement.new, "new_string")


def _edited(stage: Stage, page: StagedPage, op: EditOp) -> tuple[str, bool]:
    if is_current(page, op.revision):
        return replace_all(page.text, op.edits), False
    proposal = propose(stage, page, op.revision, wanted=op.merge)
    if proposal.base is None or not op.merge:
        raise proposal.conflict
    return proposal.merged(page, replace_all(proposal.base, op.edits)), True


def replace_all(text: str, edits: Sequence[Replacement]) -> str:
    """Each `old` must stand exactly once in the text that the edits before it left. Raises InvalidInput."""
    for number, replacement in enumerate(edits, 1):
        count = text.count(replacement.old)
        which = f" (edit {number} of {len(edits)})" if len(edits) > 1 else ""
        if count == 0:
            raise InvalidInput(f"old_string not found in page content{which}", occurrences=0, edit=number)
        if count > 1:
            raise InvalidInput(
                f"old_string is ambiguous: found {count} occurrences{which}. Provide a longer unique string.",
                occurrences=count,
                edit=number,
            )
        text = text.replace(replacement.old, replacement.new, 1)
    return text
