"""Links that arrive (wiki_app/addresses.py): what Flask builds, and what a page's text holds."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import has_request_context, request
from markupsafe import escape

from wiki_app.addresses import reachable, reachable_from

LINKS = frozenset({"renderer_process_link", "renderer_process_image", "renderer_process_wikilink"})
"""The hooks by which Otter Wiki shows a link of a text to its plugins: the HTML, then the address."""

UrlFor = Callable[..., str]
Hooks = Callable[..., Any]


def reachable_urls(original: UrlFor) -> UrlFor:
    """Replaces the app's url_for, which all templates and views come to; a sign-in's `next` arrives too."""

    def url_for(endpoint: str, **values: Any) -> str:
        if endpoint == "login" and "next" in values and has_request_context():
            values["next"] = come_back(str(values["next"]))
        return reachable(original(endpoint, **values))

    return url_for


def come_back(shown: str) -> str:
    """The address of this request for the sign-in's `next`; `shown` is what it would be without us."""
    if not set("?%") & set(request.path):
        return shown
    query = request.query_string.decode("latin-1")
    return reachable(quote(request.path) + (f"?{query}" if query else ""))


def reachable_links(original: Hooks, page: Callable[[], str]) -> Hooks:
    """Replaces chain_hooks of the renderer; `page` tells the address of the page that is rendered."""

    def chain_hooks(hook: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        if hook in LINKS and args:
            url, *others = args
            arrives = reachable_from(page(), url)
            if arrives != url:
                value = _exchanged(value, url, arrives)
                args = (arrives, *others)
        return original(hook, value, *args, **kwargs)

    return chain_hooks


def _exchanged(html: str, url: str, arrives: str) -> str:
    """A link stands in its tag escaped, but for pictures and wikilinks."""
    for form in dict.fromkeys((str(escape(url)), url)):
        html = html.replace(f'="{form}"', f'="{escape(arrives)}"', 1)
    return html
