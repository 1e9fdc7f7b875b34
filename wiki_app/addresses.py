"""Addresses of pages that arrive whole, whatever stands in front of the wiki.

An HTTP API of API Gateway decodes a path and cuts it at a decoded `?` before it asks us; others decode `%`
once too often (DECISIONS 34). A query is passed on as it was sent. So where a name holds one of the two, its
address is `/?path=<name>`, with the rest of the wiki's path behind the name: `/?path=why%3F/history`.
"""

import re
from posixpath import normpath
from urllib.parse import quote, unquote, unquote_plus, urljoin, urlsplit, urlunsplit

BY_NAME = "path="
"""What the query of such an address begins with; its path is "/"."""

_SPOILED = re.compile("%(?:3F|25)", re.IGNORECASE)
_ASKED = re.compile(r"path=([^&?]*)[&?]?(.*)", re.DOTALL)


def address(path: str) -> str:
    """The address of a decoded path (a page, perhaps with `/a/<file>` or `.md` behind it), from the root."""
    return reachable("/" + quote(path))


def reachable(url: str) -> str:
    """An address of this wiki, with or without its origin, in the form that arrives: most stay the same."""
    if not _SPOILED.search(url):
        return url
    parts = urlsplit(url)
    if not _SPOILED.search(parts.path):
        return url
    query = BY_NAME + quote(unquote(parts.path).lstrip("/"), safe="/")
    query += f"&{parts.query}" if parts.query else ""
    return urlunsplit((parts.scheme, parts.netloc, "/", query, parts.fragment))


def reachable_from(page: str, url: str) -> str:
    """The same for a link in the text of the page at the address `page`: a relative one is relative to the
    page's name, which the reader's browser does not know where the page is asked for by a query.
    """
    if not url or url.startswith(("#", "//")) or urlsplit(url).scheme:
        return url
    by_name = asked_by_name(urlsplit(page).query)
    whole = urljoin("/" + quote(by_name[0]) if by_name else page, url)
    arrives = reachable(whole)
    return arrives if by_name or arrives != whole else url


def asked_by_name(query: str) -> tuple[str, str] | None:
    """The decoded path that a query asks for, without a slash in front, and the rest of the query.

    `?path=why%3F?edit` has a rest as well: Otter Wiki appends such words to whatever address it has.
    """
    found = _ASKED.fullmatch(query)
    if found is None:
        return None
    path, rest = unquote_plus(found[1]).lstrip("/"), found[2]
    if not set("?%") & set(path):  # not one of our links: then a bare `?` belongs to the name
        raw, _, rest = query.removeprefix(BY_NAME).partition("&")
        path = unquote_plus(raw).lstrip("/")
    path = normpath(f"/{path}").lstrip("/")  # as browsers do with a path: links may begin with `./`
    return (path, rest) if path else None
