"""Revert: a page's text becomes what it was at a revision; a deleted page comes back."""

from wiki_app.names import display, file_of, resolve
from wiki_app.pages.naming import name_in
from wiki_app.pages.operations import RevertOp
from wiki_app.pages.revisions import check_current, past_or_missing
from wiki_app.pages.shapes import Reverted
from wiki_app.pages.stage import Stage, missing


def revert(stage: Stage, op: RevertOp) -> Reverted:
    """The bytes of that revision, whatever they are. Raises NotFound, InvalidInput."""
    key = resolve(op.path, stage.rules, exists=lambda key: _known(stage, key))
    if not _known(stage, key):
        raise missing(op.path)
    found = past_or_missing(stage.known.view, stage.repository, key, op.revision)
    page = stage.page(key)
    if page is not None:
        check_current(stage, page, op.base_revision)
    path = display(key, stage.rules)
    name = name_in(found.text, path)
    if page is not None and page.text == found.text:
        return Reverted(key, path, page.revision or "", name=name, restored=found.commit)
    stage.put(file_of(key), found.write.data)
    return Reverted(key, path, "", name=name, restored=found.commit)


def _known(stage: Stage, key: str) -> bool:
    return stage.exists(file_of(key)) or bool(stage.known.view.history(file_of(key), limit=1))
