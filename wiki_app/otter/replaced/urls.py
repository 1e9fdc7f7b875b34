"""Addresses of pages, as `url_for` builds them, without asking the router for each of thousands."""

from urllib.parse import quote

from flask import has_request_context, request
from otterwiki.helper import url_for

from wiki_app.addresses import reachable

SAFE = "!$&'()*+,/:;=@"
"""What werkzeug leaves unescaped in a path (BaseConverter.to_url)."""


def view_url(path: str) -> str:
    """`url_for("view", path=path)`."""
    if not path or not has_request_context():
        return str(url_for("view", path=path))
    return reachable(f"{request.root_path}/{quote(path, safe=SAFE)}")
