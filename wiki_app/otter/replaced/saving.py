"""A save in the browser says which revision its text was made from: changes of others are merged, or a page
shows both texts and their differences, and the text is kept as a draft. Otter Wiki overwrites the others.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import render_template, request
from otterwiki.gitstorage import StorageError
from otterwiki.helper import get_filename, toast
from otterwiki.renderer import pygments_render_lines
from otterwiki.util import diff_content, diff_side_by_side_html, normalize_content

from wiki_app.otter.faults import StorageConflict
from wiki_app.otter.records import Record
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
            _keep_as_draft(page, content, author, base)
            return _conflict_page(storage, page, content, commit), HTTPStatus.CONFLICT

    return merging


def _keep_as_draft(page: Any, content: str, author: tuple[str, str], base: str) -> None:
    line, ch = (request.form.get(name) or 0 for name in ("cursor_line", "cursor_ch"))
    page.save_draft(author, content, revision=base[:6], cursor_line=line, cursor_ch=ch)
    toast(
        f"{page.pagename_full} was changed by somebody else meanwhile, in the same lines. "
        "Your text is kept as a draft.",
        "error",
    )


def _conflict_page(storage: WikiStorage, page: Any, mine: str, commit: str) -> str:
    now = _now(storage, page.filename)
    theirs = storage.load(page.filename) if now else ""
    rows = diff_side_by_side_html(
        diff_content(theirs, mine),
        html_a=pygments_render_lines(normalize_content(theirs), "markdown"),
        html_b=pygments_render_lines(normalize_content(mine), "markdown"),
    )
    html: str = render_template(
        "conflict.html",
        title=f"{page.pagename} - conflict",
        pagename=page.pagename,
        pagepath=page.pagepath,
        revision=now.get("revision-full", ""),
        author=now.get("author_name", ""),
        message=now.get("message", ""),
        theirs=theirs,
        mine=mine,
        commit=commit,
        rows=rows,
    )
    return html


def _now(storage: WikiStorage, filename: str) -> Record:
    """The page's last commit; empty when there is no such page any more."""
    try:
        return storage.metadata(filename) if storage.exists(filename) else {}
    except StorageError:
        return {}
