"""The page that somebody gets whose text could not be saved: it holds the text, and a form to save it."""

import logging
from dataclasses import dataclass
from typing import Any, Literal

from flask import Response, make_response, render_template
from otterwiki.auth import has_permission
from otterwiki.gitstorage import StorageError
from otterwiki.helper import get_pagename
from otterwiki.server import db
from otterwiki.wiki import Page
from sqlalchemy.exc import SQLAlchemyError

from wiki_app.names import key_of
from wiki_app.otter.editing.bases import Bases
from wiki_app.otter.editing.differences import side_by_side
from wiki_app.otter.records import SHORT
from wiki_app.otter.storage import WikiStorage

log = logging.getLogger(__name__)

Kind = Literal["changed", "created", "deleted", "renamed", "refused", "expired", "forbidden"]
SHOWN_CHANGES = 10


@dataclass(frozen=True)
class Attempt:
    """What somebody wanted to save; `base` is the revision that the text was made from."""

    pagepath: str
    content: str
    base: str
    message: str
    author: tuple[str, str]


class Rescue:
    """Renders the page. What was typed is kept as a draft as well, where the person may write."""

    def __init__(self, storage: WikiStorage, bases: Bases) -> None:
        self._storage = storage
        self._bases = bases

    def after_conflict(self, attempt: Attempt) -> Response:
        """Others were there first: their text beside the typed one, and a form on the new base."""
        self._storage.look_again()
        page = Page(attempt.pagepath)
        kind: Kind = "changed" if attempt.base else "created"
        base = self._bases.current(page.filename)
        if not base:
            moved = self._moved_to(page.filename)
            kind = "renamed" if moved else "deleted"
            if moved:
                page = Page(moved)
                base = attempt.base  # so that the text is merged with what the page is there
        _keep_draft(page, attempt)
        return _rendered(kind, page, attempt, base, 409, others=_others(page, attempt))

    def after_refusal(self, attempt: Attempt, kind: Kind, reason: str, status: int) -> Response:
        """Nothing stands against the text itself: a form to try again with it."""
        page = Page(attempt.pagepath)
        if has_permission("WRITE") and kind != "expired":
            _keep_draft(page, attempt)
        return _rendered(kind, page, attempt, attempt.base, status, reason=reason)

    def _moved_to(self, filename: str) -> str | None:
        """Where the commit that took the page away has put it."""
        with self._storage.catalog_view() as view:
            last = next(iter(view.history(filename, follow=False, limit=1)), None)
            if last is None:
                return None
            changes = view.files_of(last.commit.revision)
            keys = (key_of(change.path) for change in changes if change.old_path == filename)
            key = next((key for key in keys if key and view.page(key)), None)
        return str(get_pagename(key, full=True)) if key else None


def _keep_draft(page: Page, attempt: Attempt) -> None:
    try:
        page.save_draft(attempt.author, attempt.content, attempt.base[:SHORT])
    except SQLAlchemyError:
        # The page with the text must come whatever the database says.
        db.session.rollback()
        log.exception("a draft of %s could not be kept", page.pagepath)


def _others(page: Page, attempt: Attempt) -> dict[str, Any]:
    """What others made of the page since."""
    changes = page._changes_since(attempt.base[:SHORT]) or []
    shown = {"changes": changes[:SHOWN_CHANGES], "more": max(0, len(changes) - SHOWN_CHANGES)}
    if page.content is None:
        return shown
    shown |= {"current": page.content, "mine_diff": side_by_side(page.content, attempt.content)}
    before = _before(page, attempt.base)
    return shown if before is None else shown | {"their_diff": side_by_side(before, page.content)}


def _before(page: Page, base: str) -> str | None:
    if not base:
        return None
    try:
        return str(page.load(revision=base)[0])
    except StorageError:
        return None


def _rendered(
    kind: Kind,
    page: Page,
    attempt: Attempt,
    base: str,
    status: int,
    *,
    reason: str = "",
    others: dict[str, Any] | None = None,
) -> Response:
    html = render_template(
        "rescue.html",
        title=f"{page.pagename} - not saved",
        pagename=page.pagename,
        pagepath=page.pagepath,
        asked_path=attempt.pagepath,
        kind=kind,
        reason=reason,
        content_typed=attempt.content,
        commit_message=attempt.message,
        base=base,
        **(others or {}),
    )
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response
