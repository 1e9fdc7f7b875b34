"""A save in the browser says which revision its text was made from: changes of others are merged, or the text
is kept as a draft for its author to look at. Otter Wiki would overwrite them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import redirect, request
from otterwiki.gitstorage import StorageError
from otterwiki.helper import get_filename, toast, url_for

from wiki_app.otter.faults import StorageConflict
from wiki_app.otter.storage import WikiStorage

FIELD = "base_revision"
"""The form's field (templates/editor.html); a form without it overwrites, as before."""


def base_revision(storage: WikiStorage, pagepath: str) -> str:
    """The page's revision as the editor shows it; empty for a page that does not exist yet."""
    try:
        return str(storage.metadata(get_filename(pagepath))["revision-full"])
    except StorageError:
        return ""


def save(original: Callable[..., Any], storage: WikiStorage) -> Callable[..., Any]:
    """Replaces Page.save."""

    @wraps(original)
    def merging(page: Any, content: str, commit: str, author: tuple[str, str]) -> Any:
        base = request.form.get(FIELD)
        if base is None:
            return original(page, content=content, commit=commit, author=author)
        try:
            with storage.based_on(page.filename, base):
                return original(page, content=content, commit=commit, author=author)
        except StorageConflict:
            return _keep_as_draft(page, content, author, base)

    return merging


def _keep_as_draft(page: Any, content: str, author: tuple[str, str], base: str) -> Any:
    line, ch = (request.form.get(name) or 0 for name in ("cursor_line", "cursor_ch"))
    page.save_draft(author, content, revision=base[:6], cursor_line=line, cursor_ch=ch)
    toast(
        f"{page.pagename_full} was changed by somebody else meanwhile, in the same lines. "
        "Your text is kept as a draft.",
        "error",
    )
    return redirect(url_for("edit", path=page.pagepath))
