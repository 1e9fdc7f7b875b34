"""PUT: the whole text of a page."""

from wiki_app.errors import Conflict
from wiki_app.names import check_new, display, file_of, resolve_new
from wiki_app.pages.naming import name_in
from wiki_app.pages.operations import WriteOp
from wiki_app.pages.revisions import check_length, is_current, propose
from wiki_app.pages.shapes import Written
from wiki_app.pages.stage import Stage, StagedPage
from wiki_app.pages.texts import check_text, encode


def write(stage: Stage, op: WriteOp) -> Written:
    """Makes the page, or replaces its text if `op.revision` is its revision still (REST.md, Locking).

    Raises InvalidInput, TooLarge, Conflict.
    """
    check_text(op.content)
    encode(op.content)  # too large is too large, whatever the page's state
    key = resolve_new(op.path, stage.rules)
    page = stage.page(key)
    if page is None:
        check_new(key)
    text, merged = (op.content, False) if page is None else _based(stage, page, op)
    changed = page is None or text != page.text
    if changed:
        stage.put(file_of(key), encode(text))
    path = display(key, stage.rules)
    revision = "" if page is None or changed else page.revision or ""
    return Written(key, path, revision, name=name_in(text, path), created=page is None, merged=merged)


def _based(stage: Stage, page: StagedPage, op: WriteOp) -> tuple[str, bool]:
    if page.revision is None:
        return op.content, False
    if not op.revision:
        raise Conflict(
            "Revision required when updating an existing page. "
            "Read the page first to get the current revision.",
            path=page.path,
        )
    check_length(op.revision)
    if is_current(page, op.revision):
        return op.content, False
    return propose(stage, page, op.revision, wanted=op.merge).merged(page, op.content), True
