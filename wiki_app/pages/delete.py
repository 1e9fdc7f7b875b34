"""DELETE: takes a page away; its history keeps it."""

from wiki_app.names import file_of
from wiki_app.pages.operations import DeleteOp
from wiki_app.pages.revisions import check_current
from wiki_app.pages.shapes import Deleted
from wiki_app.pages.stage import Stage


def delete(stage: Stage, op: DeleteOp) -> Deleted:
    """Deletes the page's file, not what lies in its folder: a revert then restores the page whole.

    Raises NotFound, InvalidInput, Conflict.
    """
    page = stage.existing(op.path)
    check_current(stage, page, op.revision)
    stage.remove(file_of(page.key))
    return Deleted(page.key, page.path, "")
