"""Replaces Page.save and what is said to somebody whose form has expired."""

from collections.abc import Callable
from time import strftime
from typing import Any
from urllib.parse import urlsplit

from flask import redirect, request
from flask_wtf.csrf import CSRFError
from otterwiki.auth import get_author, has_permission
from otterwiki.gitstorage import StorageUnsafePath
from otterwiki.helper import toast, url_for
from otterwiki.plugins import plugin_manager
from otterwiki.server import app
from otterwiki.util import normalize_content
from otterwiki.views import handle_csrf_error

from wiki_app.errors import Conflict, WikiError
from wiki_app.objects import Author
from wiki_app.otter.editing.bases import FIELD, Bases
from wiki_app.otter.editing.rescue import Attempt, Rescue
from wiki_app.otter.editing.writes import BasedWrites, Saved
from wiki_app.otter.storage import WikiStorage

Person = tuple[str, str]
Save = Callable[[Any, str, str, Person], Any]

STATUS = {"too_large": 413, "unavailable": 503}
"""Of refusals; the others are 422 (gateway/errors.py has the whole table)."""

OVERWRITES = "Saving the draft overwrites these changes"
"""What Otter Wiki says of an outdated draft, in a toast and in a template."""
MERGES = "Saving the draft merges it with these changes, or asks you where both touch the same lines"


class Saves:
    """Page.save under the check of the base revision."""

    def __init__(self, storage: WikiStorage) -> None:
        self.bases = Bases(storage)
        self._writes = BasedWrites(storage)
        self._rescue = Rescue(storage, self.bases)

    def replacing(self, original: Save) -> Save:
        """A form without a revision is not our editor's (a script, Otter Wiki's own tests): as before."""

        def save(page: Any, content: str, commit: str, author: Person) -> Any:
            base = request.form.get(FIELD)
            if base is None:
                return original(page, content, commit, author)
            return self._save(page, Attempt(page.pagepath, content, base.strip(), commit, author))

        return save

    def _save(self, page: Any, attempt: Attempt) -> Any:
        if not has_permission("WRITE"):
            reason = "You may not write here, or not any more."
            return self._rescue.after_refusal(attempt, "forbidden", reason, 403)
        message = _message(page, attempt.message)
        author = Author(*(part or "" for part in attempt.author))
        try:
            saved = self._writes.write(page.filename, attempt.content, attempt.base, message, author)
        except Conflict:
            return self._rescue.after_conflict(attempt)
        except StorageUnsafePath as error:
            return self._rescue.after_refusal(attempt, "refused", str(error), 403)
        except WikiError as error:
            status = STATUS.get(error.code, 422)
            return self._rescue.after_refusal(attempt, "refused", error.message, status)
        _announce(page, saved, message, attempt.author)
        page.discard_draft(attempt.author)
        return redirect(url_for("view", path=page.pagepath))

    def form_expired(self, error: CSRFError) -> Any:
        """The token of a form that waited for a day, or outlived its session, is not valid any more: the text
        comes back with a new one. Not for forms of other sites: they get no page of ours with their text.
        """
        if request.endpoint != "save" or "content" not in request.form or _is_foreign():
            return handle_csrf_error(error)
        assert request.view_args is not None
        attempt = Attempt(
            request.view_args["path"],
            normalize_content(request.form["content"]),
            request.form.get(FIELD, "").strip(),
            request.form.get("commit", "").strip(),
            get_author(),
        )
        return self._rescue.after_refusal(attempt, "expired", str(error.description), 400)


def _message(page: Any, typed: str) -> str:
    if app.config["COMMIT_MESSAGE"].upper() != "DISABLED":
        return typed
    return strftime(app.config["DEFAULT_COMMIT_MESSAGE"].replace("%P", page.pagename))


def _announce(page: Any, saved: Saved, message: str, author: Person) -> None:
    if not saved.changed:
        toast("Nothing changed.", "warning")
        return
    if saved.merged:
        toast(
            f"{page.pagename_full} saved, and merged with what others changed since you opened the editor.",
            "success",
        )
    else:
        toast(f"{page.pagename_full} saved.")
    plugin_manager.hook.page_saved(pagepath=page.pagepath, content=saved.text, author=author, message=message)


def _is_foreign() -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def truthful_toast(original: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces the toast of an outdated draft, which says that saving overwrites: it merges."""

    def say(message: str, category: str = "") -> Any:
        return original(message.replace(OVERWRITES, MERGES), category)

    return say
