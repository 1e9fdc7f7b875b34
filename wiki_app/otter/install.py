"""What is added to the Flask app of Otter Wiki. Only `start_wiki` imports this, after `otterwiki.server`."""

from collections.abc import Hashable
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFError
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from otterwiki import auth, server
from otterwiki.gitstorage import StorageNotFound, StorageUnsafePath
from werkzeug.exceptions import Conflict, Forbidden, HTTPException, NotFound, ServiceUnavailable

from wiki_app.addresses import address
from wiki_app.errors import Unavailable
from wiki_app.finding import Finder
from wiki_app.otter.accounts import install_identity
from wiki_app.otter.config import OtterConfig
from wiki_app.otter.connect import ConnectPage
from wiki_app.otter.editing.save import MERGES, OVERWRITES, Saves
from wiki_app.otter.guards import install_guards
from wiki_app.otter.live_settings import LiveSettings
from wiki_app.otter.page_cache import CachedPages
from wiki_app.otter.replaced.rendering import separate_plugins
from wiki_app.otter.replaced.table import apply, replacements
from wiki_app.otter.searching.page import SearchPage
from wiki_app.otter.storage import WikiStorage
from wiki_app.otter.visits import Visits
from wiki_app.preferences import Preferences

TEMPLATES = Path(__file__).parent / "templates"
VISITS = 4
"""Answers that are sent again may take a quarter of what rendered pages may."""


def install(app: Flask, config: OtterConfig, storage: WikiStorage, finder: Finder | None) -> None:
    """Everything: preferences of other processes, closed account pages, cookies, replacements."""
    app.config.update(
        SESSION_COOKIE_NAME=config.session_cookie,
        SESSION_COOKIE_SECURE=config.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
    )
    preferences = Preferences(config.database, config.settings)
    live = LiveSettings(app, preferences.table, server.update_app_config)
    app.before_request(live.refresh)
    install_identity(app, auth.auth_manager)
    install_guards(app)
    ConnectPage(config.public_url, config.programs_need_token).install(app)
    pages = install_replacements(app, storage, finder, cache_bytes=config.cache_bytes)

    def state() -> Hashable:
        return pages.state() if live.current else None

    app.wsgi_app = Visits(app.wsgi_app, state, config.cache_bytes // VISITS)  # type: ignore[method-assign]


def install_replacements(
    app: Flask, storage: WikiStorage, finder: Finder | None = None, *, cache_bytes: int = 64_000_000
) -> CachedPages:
    """Our templates, the replaced functions and search page, one view a request, the cache of pages."""
    app.jinja_loader = before(app.jinja_loader)
    saves = Saves(storage)
    app.jinja_env.globals.update(
        wikibot_base=saves.bases.of_editor, wikibot_address=address, draft_sentence=(OVERWRITES, MERGES)
    )
    app.register_error_handler(CSRFError, saves.form_expired)
    separate_plugins()
    apply(replacements(storage, saves))
    app.before_request(storage.begin_request)
    app.teardown_request(lambda _error: storage.end_request())
    pages = CachedPages(app, storage, cache_bytes)
    SearchPage(storage, finder).install(app)
    app.register_error_handler(StorageNotFound, _not_found)
    app.register_error_handler(StorageUnsafePath, _forbidden)
    app.register_error_handler(IsADirectoryError, _clash)
    app.register_error_handler(Unavailable, _unavailable)
    return pages


def before(originals: BaseLoader | None) -> BaseLoader:
    """Our templates go before Otter Wiki's of the same names, and extend them as `otterwiki/<name>`."""
    assert originals is not None
    return ChoiceLoader([FileSystemLoader(TEMPLATES), originals, PrefixLoader({"otterwiki": originals})])


def _not_found(error: StorageNotFound) -> HTTPException:
    return NotFound(str(error))


def _forbidden(error: StorageUnsafePath) -> HTTPException:
    return Forbidden(str(error))


def _clash(error: IsADirectoryError) -> HTTPException:
    return Conflict(str(error))


def _unavailable(error: Unavailable) -> HTTPException:
    return ServiceUnavailable(error.message, retry_after=1)
