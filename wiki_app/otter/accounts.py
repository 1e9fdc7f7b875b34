"""Account pages that cannot work where the identity comes from the gate: they answer 404 (DECISIONS 23)."""

from typing import Any

from flask import Flask, abort, request

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
"""(endpoint, method) that Otter Wiki 2.26.1 answers with 500 in PROXY_HEADER mode."""


def close_account_pages(app: Flask, auth_manager: Any) -> None:
    """Answers 404 there, and lets nobody in by a password (git over HTTP asks for that)."""

    def refuse() -> None:
        method = "GET" if request.method == "HEAD" else request.method
        if (request.endpoint, method) in CLOSED:
            abort(404)

    app.before_request(refuse)
    auth_manager.check_credentials = lambda _email, _password: None
