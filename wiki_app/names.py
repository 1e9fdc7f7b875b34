"""Names of pages: what a user typed, the key it stands for, the file, and the form in which it is shown.

A page's key is its file's path without `.md` (DECISIONS 4). Every path that comes from outside passes
`resolve`; a page that is made passes `check_new` as well.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from urllib.parse import quote, unquote

from wiki_app.errors import InvalidInput
from wiki_app.rules import WikiRules

ENDING = ".md"
LONGEST_SEGMENT = 255
"""Bytes of UTF-8 in one file name, its ending included (ext4, APFS, NTFS)."""
LONGEST_PATH = 1024
"""Bytes of UTF-8 in a whole path: leaves room for the folders around it under PATH_MAX."""

RESERVED = frozenset({"mcp", "metrics", "healthz", "readyz", "llms.txt"})
RESERVED_FOLDERS = frozenset({"api", ".well-known"})

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_RAW_BYTE = re.compile(r"[\udc80-\udcff]+")
# Characters that HFS+ leaves out when it compares names, and NTFS's short name of .git (CVE-2014-9390).
_IGNORED = re.compile(r"[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_KEPT_LOWER = re.compile(r"(['ß])")

Exists = Callable[[str], bool]


def resolve(raw: str, rules: WikiRules, *, exists: Exists | None) -> str:
    """The key that `raw` stands for: `%20` decoded once more, slashes cleaned, `.md` dropped, lower-cased
    unless case is retained (REST.md, Paths).

    With `exists` (a test of keys) the literal spellings of the name follow, and the first that exists is
    taken; the usual one when none does. Raises InvalidInput for what can be no page's name.
    """
    usual, *literal = _spellings(raw, rules)
    if exists is None or exists(usual):
        return usual
    return next((key for key in literal if exists(key)), usual)


def resolve_new(raw: str, rules: WikiRules) -> str:
    """The key of a page that may have to be made. Raises InvalidInput."""
    return resolve(raw, rules, exists=None)


def _spellings(raw: str, rules: WikiRules) -> list[str]:
    decoded = unquote(raw, errors="surrogateescape")
    forms = [decoded if rules.retain_case else decoded.lower(), decoded]
    if decoded != raw:
        forms += [raw if rules.retain_case else raw.lower(), raw]
    return list(dict.fromkeys(_clean(form) for form in forms))


def _clean(path: str) -> str:
    key = "/".join(part for part in path.split("/") if part).removesuffix(ENDING)
    if not key.strip() or key.endswith("/"):
        raise InvalidInput("The page's path is empty: name a page.")
    if _CONTROL.search(key):
        raise InvalidInput("The page's path holds control characters: use visible ones.")
    if any(_leaves(part) for part in key.split("/")):
        raise InvalidInput(f"{_printable(key)!r} is no page's path: '.', '..' and '.git' are no names.")
    return key


def _leaves(segment: str) -> bool:
    plain = _IGNORED.sub("", segment).rstrip(". ").lower()
    return plain in {"", ".git", "git~1"} and (plain != "" or "." in segment)


def file_of(key: str) -> str:
    """The page's file, from the repository's root."""
    return key + ENDING


def key_of(path: str) -> str | None:
    """The key of the page in that file; None when the file is no page."""
    key = path.removesuffix(ENDING)
    return None if key == path or key.endswith("/") or not key else key


def display(key: str, rules: WikiRules) -> str:
    """The path as answers show it: each segment in title case where case is not retained and the file's
    name has no capitals of its own, else verbatim (as Otter Wiki names pages).

    Bytes that are not UTF-8 appear as `%FF`, which `resolve` reads again.
    """
    path = shown(key)
    if rules.retain_case:
        return path
    return "/".join(title_case(part) if part == part.lower() else part for part in path.split("/"))


def last_segment(path: str) -> str:
    """The part after the last slash."""
    return path.rpartition("/")[2]


@lru_cache(maxsize=16_384)
def title_case(text: str) -> str:
    """`str.title`, with the apostrophe and ß as letters inside a word: Don't, Straße (as the wiki does)."""
    return "".join(_title_pieces(text))


def _title_pieces(text: str) -> Iterator[str]:
    # An x beside each cut stands for the letter that str.title has to see there.
    pieces = _KEPT_LOWER.split(text)
    for index in range(0, len(pieces), 2):
        before, after = "x" if index else "", "x" if index < len(pieces) - 1 else ""
        titled = (before + pieces[index] + after).title()
        yield titled[len(before) : len(titled) - len(after)]
        yield from pieces[index + 1 : index + 2]


def shown(path: str) -> str:
    """A path as text that can be encoded: bytes that are not UTF-8 percent-encoded."""
    if path.isascii():
        return path
    readable = _RAW_BYTE.sub(lambda raw: quote(raw.group().encode("utf-8", "surrogateescape"), safe=""), path)
    return _printable(readable)


def check_new(key: str) -> None:
    """Refuses names that a new page must not have (DECISIONS 8). Raises InvalidInput."""
    for broken, reason in _objections(key):
        if broken:
            raise InvalidInput(
                f"{_printable(key)!r} cannot be a page's path: {reason}.", path=_printable(key)
            )


def _objections(key: str) -> Iterator[tuple[bool, str]]:
    segments = key.split("/")
    first = segments[0].lower()
    yield _SURROGATE.search(key) is not None, "it is not valid Unicode"
    yield "\ufffd" in key, "a part of it was not readable as UTF-8 on its way here"
    yield len(segments) == 1 and first in RESERVED, "the name is reserved for the server"
    yield len(segments) > 1 and first in RESERVED_FOLDERS, f"'{first}/' is reserved for the server"
    yield "\\" in key, "use / between its parts"
    yield any(not part.strip() for part in segments), "a part of it is blank"
    yield (
        any(_bytes(part) > LONGEST_SEGMENT for part in (*segments, segments[-1] + ENDING)),
        (f"a part of it is longer than {LONGEST_SEGMENT - len(ENDING)} bytes"),
    )
    yield _bytes(key) > LONGEST_PATH, f"it is longer than {LONGEST_PATH} bytes"
    # A folder named like a page's file would make that file impossible for good.
    yield any(part.lower().endswith(ENDING) for part in segments), "no part of it may end in '.md'"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _printable(path: str) -> str:
    return path.encode("utf-8", "replace").decode()
