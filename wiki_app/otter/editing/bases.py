"""The revision that an editor's text is made from: Otter Wiki's form has none (DECISIONS 22)."""

from flask import request
from otterwiki.helper import get_filename

from wiki_app.catalog import CatalogView
from wiki_app.otter.storage import WikiStorage

FIELD = "revision"
"""In the form that is saved: a full revision, "" for a page that is not there yet."""


class Bases:
    """Answers for the templates and for what is shown after a conflict."""

    def __init__(self, storage: WikiStorage) -> None:
        self._storage = storage

    def of_editor(self, pagepath: str, shown: str) -> str:
        """What the editor's text is made from.

        Somebody who goes on with a draft has `shown`, the revision that the draft was begun on. Everybody
        else has the page as it is, also who opens an old version to bring it back.
        """
        filename = str(get_filename(pagepath))
        if request.form.get("draft") == "edit":
            return self._whole(shown, filename)
        return self.current(filename)

    def current(self, filename: str) -> str:
        """The page's revision, "" when there is no page."""
        path = self._storage.canonical_filename(filename)
        with self._storage.catalog_view() as view:
            return _revision(view, path)

    def _whole(self, prefix: str, filename: str) -> str:
        """A draft remembers six digits; a revision that is not known any more stays as it is."""
        if not prefix:
            return ""
        path = self._storage.canonical_filename(filename)
        with self._storage.catalog_view() as view:
            return view.resolve(prefix, path) or view.resolve(prefix) or prefix


def _revision(view: CatalogView, path: str) -> str:
    if view.snapshot.entry(path) is None:
        return ""
    change = view.last_change(path)
    return change.commit.revision if change else view.commit or ""
