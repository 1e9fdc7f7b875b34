"""Rendered pages, kept inside the Flask app: a cache in front of it would hand out somebody's session
(STORE.md section 5 says what a page depends on, and that is the key).
"""

from collections.abc import Callable, Hashable
from typing import Any

from flask import Flask, Response, g, get_flashed_messages, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from otterwiki import auth, helper
from otterwiki.plugins import plugin_manager

from wiki_app.otter.accounts import is_signed_in
from wiki_app.otter.kept_pages import KeptPage, KeptPages
from wiki_app.otter.pieces import TOKEN, TREE, Pieces
from wiki_app.otter.replaced.menutree import Entries, MenuTree, TreeHtml
from wiki_app.otter.storage import WikiStorage
from wiki_app.otter.visits import STATE

ENDPOINTS = frozenset({"index", "view", "pageview", "pageindex"})
RIGHTS = ("READ", "WRITE", "UPLOAD", "ADMIN")
LOOKS = ("halfmoon_preferredMode", "halfmoon_sidebar")
"""Cookies that the layout reads."""
CUSTOM = ("customHead.html", "customBody.html")
HTML = "text/html"


class CachedPages:
    """Answers views from the cache, and keeps what is rendered."""

    def __init__(self, app: Flask, storage: WikiStorage, limit: int) -> None:
        self._app = app
        self._storage = storage
        self._cache: KeptPages[KeptPage] = KeptPages(limit)
        app.before_request(self.answer)
        app.after_request(self.keep)
        app.jinja_env.globals.update(wikibot_menutree=self.menutree)
        # Flask-WTF has a context processor as well; the last one counts.
        app.context_processor(lambda: {"csrf_token": self.csrf_token})

    def state(self) -> Hashable:
        """What every kept page depends on: the commit, the settings, the owner's own pieces of HTML."""
        custom = tuple(helper.load_custom_html(name) for name in CUSTOM)
        return self._storage.head(), custom, hash(repr(self._app.config))

    # In templates

    def csrf_token(self) -> str:
        """Replaces Flask-WTF's: a mark in a page that may be kept."""
        return TOKEN if "page_key" in g else str(generate_csrf())

    def menutree(self, tree: Entries, pagepath: str | None) -> Markup:
        """The sidebar's list; a mark in a page that may be kept."""
        html = tree.html if isinstance(tree, MenuTree) else TreeHtml(tree)
        all_open = self._app.config["SIDEBAR_MENUTREE_FOCUS"] == "OFF"

        def make() -> list[bytes]:
            return html.for_page(pagepath, all_open=all_open)

        if "page_key" not in g:
            return Markup(b"".join(make()).decode())  # noqa: S704 TreeHtml escapes names and paths
        g.page_tree = make
        return Markup(TREE)  # noqa: S704

    # Around requests

    def answer(self) -> Response | None:
        """A kept page, if there is one; otherwise marks the request, so that `keep` may keep it."""
        if not self._may_be_kept():
            return None
        state, key = self.state(), self._key()
        page = self._cache.get(state, key)
        if page is None:
            g.page_key = state, key
            return None
        request.environ[STATE] = state
        if page.crumb is not None and not _is_last_crumb(page.crumb):
            helper.upsert_pagecrumbs(page.crumb)
        return Response(page.pieces.filled(generate_csrf), mimetype=page.mimetype)

    def keep(self, response: Response) -> Response:
        """Fills the gaps of what was rendered; keeps it when all visitors with these rights may see it."""
        if "page_key" not in g or response.direct_passthrough or response.is_streamed:
            return response
        html = response.get_data()
        pieces = Pieces.of(html, g.get("page_tree"))
        state, key = g.page_key
        if _is_for_all(response, html) and state == self.state():
            self._cache.put(state, key, KeptPage(pieces, HTML, g.get("crumb")))
        response.set_data(pieces.filled(generate_csrf))
        return response

    def _may_be_kept(self) -> bool:
        return (
            request.method == "GET"
            and request.endpoint in ENDPOINTS
            and "edit" not in request.args
            and "_flashes" not in session
            and bool(auth.has_permission("READ"))
            and not _foreign_plugins()
        )

    def _key(self) -> Hashable:
        return (
            tuple(right for right in RIGHTS if auth.has_permission(right)),
            bool(auth.current_user.is_authenticated),
            is_signed_in(),
            request.host_url,
            request.root_path,
            request.path,
            request.query_string,
            tuple(request.cookies.get(look) for look in LOOKS),
        )


def remembering_crumb(original: Callable[[str | None], Any]) -> Callable[[str | None], Any]:
    """Replaces upsert_pagecrumbs: notes which page a view puts into the visitor's trail. A page that is its
    end already changes nothing, so that no new session cookie need be signed.
    """

    def upsert(pagepath: str | None) -> Any:
        if "page_key" in g:
            g.crumb = pagepath
        return None if _is_last_crumb(pagepath) else original(pagepath)

    return upsert


def _is_last_crumb(pagepath: str | None) -> bool:
    return bool(session.get("pagecrumbs", [])[-1:] == [pagepath])


def _is_for_all(response: Response, html: bytes) -> bool:
    # A message is for one visitor; so is a token that did not come through our mark.
    ordinary = response.status_code == 200 and response.mimetype == HTML
    return ordinary and not get_flashed_messages() and generate_csrf().encode() not in html


def _foreign_plugins() -> bool:
    # A plugin may change pages from request to request; those that Otter Wiki brings do not.
    return not all(
        type(plugin).__module__.startswith("otterwiki.") for plugin in plugin_manager.get_plugins()
    )
