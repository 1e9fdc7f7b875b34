"""Who uses the wiki, where the identity comes from the gate: visitors, people who are signed in, the owner.

Otter Wiki takes everybody in this mode for signed in; here a visitor stays one, so that the menu offers the
sign-in, drafts belong to the browser that made them, and what needs an account sends people to the sign-in.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from flask import Flask, abort, redirect, request
from otterwiki import auth
from werkzeug.wrappers import Response

from wiki_app.mount import NAME, NOBODY_EMAIL, NOBODY_NAME
from wiki_app.otter.replaced.addresses import come_back

CLOSED = frozenset(
    {
        ("logout", "GET"),
        ("login", "POST"),
        ("register", "GET"),
        ("register", "POST"),
        ("lost_password", "GET"),
        ("lost_password", "POST"),
        ("confirm_email", "GET"),
        ("confirm_email", "POST"),
        ("recover_password", "GET"),
        ("request_confirmation_link", "GET"),
        ("settings", "POST"),
        ("user", "GET"),
        ("user", "POST"),
        ("admin_user_management", "POST"),
    }
)
"""(endpoint, method) that Otter Wiki 2.26.1 answers with 500 in PROXY_HEADER mode, where they come to it."""
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {"settings": "/-/auth/account", "admin_user_management": "/-/auth/accounts"}
)
"""Endpoints whose page for somebody who is signed in is ours."""


class Visitor(auth.OtterWikiAnonymousUser):  # type: ignore[misc]  # it ships no types
    """Somebody without an account, with the rights that the wiki gives to anybody."""

    def __init__(self, permissions: set[str]) -> None:
        self.permissions = permissions


class Features(dict[str, bool]):
    """What templates ask `auth_supported_features` for; signing out is offered to whom it means something."""

    def __getitem__(self, name: str) -> bool:
        return is_signed_in() if name == "logout" else super().__getitem__(name)


def is_signed_in() -> bool:
    """True for a person with a session of their own; the owner of a wiki without accounts has none."""
    principal = request.environ.get("asgi.scope", {}).get("principal")
    return getattr(principal, "via", None) == "session"


def install_identity(app: Flask, manager: Any) -> None:
    """Everything of this module."""
    load = manager.request_loader
    author = manager.get_author

    def load_user(incoming: Any) -> Any:
        if NAME not in incoming.environ:
            return None  # who has no right at all is nobody, and that is no error
        user = load(incoming)
        return Visitor(user.permissions) if user is not None and user.email == NOBODY_EMAIL else user

    def get_author() -> tuple[str, str]:
        found: tuple[str, str] = author()
        return found if found[1] else (NOBODY_NAME, NOBODY_EMAIL)

    auth.login_manager.request_loader(load_user)
    manager.get_author = get_author
    manager.has_permission = lambda permission, user: permission.upper() in getattr(user, "permissions", ())
    manager.check_credentials = lambda _email, _password: None  # git over HTTP asks; the gate has answered
    app.jinja_env.globals["auth_supported_features"] = Features(manager.supported_features())
    app.before_request(_ours)
    app.after_request(_ask_visitors)


def _ours() -> Response | None:
    method = "GET" if request.method == "HEAD" else request.method
    if (request.endpoint, method) in CLOSED:
        abort(404)
    page = ELSEWHERE.get(request.endpoint or "")
    return redirect(page) if page and method == "GET" and is_signed_in() else None


def _ask_visitors(response: Response) -> Response:
    """What a visitor may not see they may see with an account: the sign-in brings them back."""
    if response.status_code != 403 or request.method != "GET" or auth.current_user.is_authenticated:
        return response
    if request.path == "/-/login" or request.path.startswith("/.git"):
        return response
    return redirect(f"/-/login?next={quote(come_back(request.full_path.rstrip('?')), safe='/')}")
