"""Otter Wiki's page names, remembered: it derives the same thousands of them for every page it shows."""

from functools import lru_cache

from otterwiki.helper import get_pagename, get_pagename_for_title
from otterwiki.server import app

from wiki_app.otter.replaced.menutree import Leaf

REMEMBERED = 200_000
"""Names of each kind, about 300 bytes each."""

Settings = tuple[bool, bool]
"""Two preferences that names depend on: RETAIN_PAGE_NAME_CASE, TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES."""


def settings() -> Settings:
    """As they are now."""
    return bool(app.config["RETAIN_PAGE_NAME_CASE"]), bool(app.config["TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES"])


@lru_cache(maxsize=REMEMBERED)
def full_name(path: str, header: str | None, _settings: Settings) -> str:
    """`get_pagename(path, full=True, header=header)`. Each part of a path is named by itself, so that what
    lies in one folder shares the folder's name.
    """
    folder, last = _parted(path)
    if not folder:
        return str(get_pagename(path, full=True, header=header))
    return f"{full_name(folder, None, _settings)}/{_last_name(last, header, _settings)}"


@lru_cache(maxsize=REMEMBERED)
def short_title(path: str, header: str | None, _settings: Settings) -> str:
    """`get_pagename_for_title(path, full=False, header=header)`."""
    folder, last = _parted(path)
    if not folder:
        return str(get_pagename_for_title(path, full=False, header=header))
    name = _last_name(last, header, _settings)
    return name.replace("_", " ") if _settings[1] else name


def _parted(path: str) -> tuple[str, str]:
    """Folder and last part; no folder where Otter Wiki might see the whole path otherwise than its parts: it
    takes one ".md" and all slashes off the end.
    """
    folder, _, last = path.rpartition("/")
    whole = folder.endswith((".md", "/")) or last in ("", ".md")
    return ("", path) if whole else (folder, last)


@lru_cache(maxsize=REMEMBERED)
def _last_name(last: str, header: str | None, _settings: Settings) -> str:
    return str(get_pagename(last, full=False, header=header))


@lru_cache(maxsize=REMEMBERED)
def leaf(path: str, header: str | None, _settings: Settings) -> Leaf:
    """The sidebar's entry of a page without pages below it."""
    return Leaf(full_name(path, header, _settings), short_title(path, header, _settings))
