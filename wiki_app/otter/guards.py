"""Rights that Otter Wiki 2.26.1 does not ask for itself, or asks for otherwise than our table (DECISIONS 10).

Asked before its own function runs. Its own checks stay: what is named here only adds to them.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, abort, request
from otterwiki.auth import has_permission

GUARDED: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("create", "GET"): "WRITE",  # it shows the names of all pages, to anybody
        ("create", "POST"): "WRITE",
        ("edit_attachment", "POST"): "UPLOAD",  # it asks for WRITE to delete a file
        ("housekeeping", "GET"): "WRITE",  # all that it offers takes WRITE
        ("admin", "POST"): "ADMIN",  # with an unknown form it asks for nothing and fails
    }
)
"""(endpoint, method) → the right that it takes."""
FORMS_WITH: Mapping[str, str] = MappingProxyType({"admin": "update_preferences"})
"""Endpoints that fail when a field of their form is not there."""


def install_guards(app: Flask) -> None:
    """Before each request."""
    app.before_request(_guard)


def _guard() -> None:
    method = "GET" if request.method == "HEAD" else request.method
    endpoint = request.endpoint or ""
    right = GUARDED.get((endpoint, method))
    if right and not has_permission(right):
        abort(403)
    if method != "POST":
        return
    field = FORMS_WITH.get(endpoint)
    if field and not request.form.get(field):
        abort(400, "This form is not complete: load the page again and repeat.")
    if endpoint == "inline_attachment" and has_permission("UPLOAD") and not request.files.get("file"):
        abort(400, "Choose a file to attach.")
