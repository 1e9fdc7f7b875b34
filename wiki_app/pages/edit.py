"""PATCH: replacements in the raw text of a page, edits by heading, keys of the frontmatter."""

from collections.abc import Sequence

from wiki_app.errors import InvalidInput, WikiError
from wiki_app.lines import unified_diff
from wiki_app.names import file_of
from wiki_app.pages.naming import name_in
from wiki_app.pages.operations import EditOp
from wiki_app.pages.revisions import check_length, is_current, propose
from wiki_app.pages.shapes import Edited, FrontmatterEdit, PageEdit, Replacement, SectionEdit
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import check_text, encode, readable
from wiki_app.text import section_edits
from wiki_app.text.frontmatter_edits import set_key

MOST_EDITS = 1000
MOST_SECTION_EDITS = 100
"""Each reads the page's headings anew."""

_SECTION_EDITS = {
    "replace": section_edits.replace,
    "append": section_edits.append,
    "before": section_edits.before,
    "after": section_edits.after,
}


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
    sections = sum(isinstance(edit, SectionEdit | FrontmatterEdit) for edit in op.edits)
    if len(op.edits) > MOST_EDITS or sections > MOST_SECTION_EDITS:
        raise InvalidInput(
            f"A page takes at most {MOST_EDITS} edits at once, {MOST_SECTION_EDITS} of them by heading or"
            " key: send several, or write the whole page."
        )
    replacements = [edit for edit in op.edits if isinstance(edit, Replacement)]
    if not all(replacement.old for replacement in replacements):
        raise InvalidInput("old_string must not be empty")
    check_length(op.revision)
    if any(replacement.old == replacement.new for replacement in replacements):
        raise InvalidInput("old_string and new_string are identical")
    for edit in op.edits:
        check_text(_new_text(edit), "new_string")


def _new_text(edit: PageEdit) -> str:
    match edit:
        case Replacement():
            return edit.new
        case SectionEdit():
            return edit.text
        case FrontmatterEdit():
            return edit.value


def _edited(stage: Stage, page: StagedPage, op: EditOp) -> tuple[str, bool]:
    if is_current(page, op.revision):
        return apply_edits(page.text, op.edits), False
    proposal = propose(stage, page, op.revision, wanted=op.merge)
    if not op.merge:
        raise proposal.conflict
    if proposal.base is None:
        raise proposal.overlapping
    return proposal.merged(page, apply_edits(proposal.base, op.edits)), True


def apply_edits(text: str, edits: Sequence[PageEdit]) -> str:
    """Each edit works on the text that the edits before it left.

    Raises InvalidInput (a replaced string does not stand exactly once) and NotFound (no such section); the
    field `edit` counts from 1.
    """
    for number, edit in enumerate(edits, 1):
        try:
            text = _applied(text, edit)
        except WikiError as error:
            if len(edits) > 1:
                error.message = f"{error.message.rstrip('.')} (edit {number} of {len(edits)})."
                error.args = (error.message,)
            error.fields["edit"] = number
            raise
    return text


def _applied(text: str, edit: PageEdit) -> str:
    match edit:
        case Replacement():
            return _replaced(text, edit)
        case SectionEdit():
            return _SECTION_EDITS[edit.action](text, edit.section, edit.text)
        case FrontmatterEdit():
            return set_key(text, edit.key, edit.value)


def _replaced(text: str, replacement: Replacement) -> str:
    count = text.count(replacement.old)
    if count == 0:
        raise InvalidInput("old_string not found in page content", occurrences=0)
    if count > 1:
        raise InvalidInput(
            f"old_string is ambiguous: found {count} occurrences. Provide a longer unique string.",
            occurrences=count,
        )
    return text.replace(replacement.old, replacement.new, 1)
