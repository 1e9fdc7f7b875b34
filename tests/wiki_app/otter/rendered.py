"""Renders pages of the wiki in a folder and prints them as JSON, in a process of its own (DECISIONS 3).

`python -m tests.wiki_app.otter.rendered DATA ours` has our store, templates and replacements,
`… stock` has Otter Wiki as it comes.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from wiki_app.otter import OtterConfig, start_wiki
from wiki_app.preferences import Preferences
from wiki_app.store import Store

HEADERS = {
    "X-Otterwiki-Name": "Ada",
    "X-Otterwiki-Email": "ada@example.org",
    "X-Otterwiki-Permissions": "READ,WRITE,UPLOAD,ADMIN",
}
DEFAULTS: dict[str, Any] = {
    "RETAIN_PAGE_NAME_CASE": False,
    "TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES": False,
    "SIDEBAR_MENUTREE_MODE": "SORTED",
    "SIDEBAR_MENUTREE_IGNORE_CASE": False,
    "SIDEBAR_MENUTREE_FOCUS": "SUBTREE",
    "SIDEBAR_MENUTREE_MAXDEPTH": "",
}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"RETAIN_PAGE_NAME_CASE": True},
    {"TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES": True},
    {"SIDEBAR_MENUTREE_MODE": "DIRECTORIES_ONLY"},
    {"SIDEBAR_MENUTREE_MODE": "DIRECTORIES_GROUPED", "SIDEBAR_MENUTREE_IGNORE_CASE": True},
    {"SIDEBAR_MENUTREE_FOCUS": "OFF", "SIDEBAR_MENUTREE_IGNORE_CASE": True},
    {"SIDEBAR_MENUTREE_FOCUS": "TOP", "SIDEBAR_MENUTREE_MAXDEPTH": "1"},
    {"SIDEBAR_MENUTREE_MODE": ""},
]
VIEWS = [
    "/",
    "/Docs",
    "/Docs/Guide",
    "/Docs/Guide/Part",
    "/Docs/deep/er",
    "/Folder",
    "/Docs/Guide?edit",
    "/Docs/Guide/history",
    "/Docs/Guide/attachments",
    "/Index",
    "/docs/guide",
    "/docs",
    "/docs/Capital",
    "/index",
    "/-/index",
    "/-/changelog",
    "/-/changelog/feed.rss",
    "/-/create",
    "/-/admin/sidebar_preferences",
    "/sitemap.xml",
]
CHANGING = re.compile(
    r'title="[^"]* ago"|(?<=csrf-token" content=")[^"]+|(?<=csrf_token" value=")[^"]+'
    r"|<lastBuildDate>[^<]*"
    r'|<input type="hidden" name="base_revision"[^>]*>'  # what we add to the editor's form
)
BLANK = re.compile(r"\s*([<>])\s*")
ADDED = re.compile(
    r'<a href="/-/connect".*?</a>'
    r'|<input type="hidden" form="saveform" name="revision" value="[0-9a-f]*">'
    r'|<link rel="alternate" type="text/markdown"[^>]*>',
    re.DOTALL,
)
"""What our templates add: an entry in the menu, the editor's base revision, where the Markdown is."""


def our_app(data: Path) -> Any:
    """Otter Wiki on our store."""
    config = OtterConfig(data / "repository", data / "wiki.db", "for this comparison only, long enough")
    preferences = Preferences(config.database, {})
    return start_wiki(config, Store.open(data, data / "cache", preferences.rules, index_delay=0))


def stock_app(data: Path) -> Any:
    """Otter Wiki as it comes."""
    config = OtterConfig(data / "repository", data / "wiki.db", "for this comparison only, long enough")
    os.environ.update(config.environment())
    from otterwiki.server import app  # late: it reads the environment

    return app


def rendered(app: Any) -> dict[str, str]:
    """All views under all settings, without what changes from call to call."""
    pages = {}
    client = app.test_client()
    for settings in SETTINGS:
        app.config.update(DEFAULTS | settings)
        for view in VIEWS:
            answer = client.get(view, headers=HEADERS)
            text = BLANK.sub(r"\1", CHANGING.sub("", answer.get_data(as_text=True)))
            text = ADDED.sub("", text)
            pages[f"{view} {settings}"] = f"{answer.status_code} {text}"
    return pages


if __name__ == "__main__":
    make = {"ours": our_app, "stock": stock_app}[sys.argv[2]]
    sys.stdout.write(json.dumps(rendered(make(Path(sys.argv[1])))))
