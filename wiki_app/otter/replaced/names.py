"""Otter Wiki's page names, remembered: it derives the same thousands of them for every page it shows."""

from functools import lru_cache

from otterwiki.helper import get_pagename, get_pagename_for_title
from otterwiki.server import app

REMEMBERED = 200_000
"""Names of each kind, about 300 bytes each."""


def full_name(path: str, header: str | None) -> str:
    """`get_pagename(path, full=True, header=header)`."""
    return _full_name(path, header, *_settings())


def short_title(path: str, header: str | None) -> str:
    """`get_pagename_for_title(path, full=False, header=header)`."""
    return _short_title(path, header, *_settings())


def _settings() -> tuple[bool, bool]:
    return bool(app.config["RETAIN_PAGE_NAME_CASE"]), bool(app.config["TREAT_UNDERSCORE_AS_SPACE_FOR_TITLES"])


@lru_cache(maxsize=REMEMBERED)
def _full_name(path: str, header: str | None, _retain: bool, _underscore: bool) -> str:
    return str(get_pagename(path, full=True, header=header))


@lru_cache(maxsize=REMEMBERED)
def _short_title(path: str, header: str | None, _retain: bool, _underscore: bool) -> str:
    return str(get_pagename_for_title(path, full=False, header=header))
