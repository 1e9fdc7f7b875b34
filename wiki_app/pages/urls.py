"""Markdown links and images that lead to a page or its attachments by address: `](/Page/picture.png)`."""

import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

from wiki_app.names import ENDING
from wiki_app.rules import WikiRules
from wiki_app.text import code

_LINK = re.compile(
    r"\]\([ \t]*(?:<(?P<pointed>/(?!/)[^<>\n]*)>|(?P<bare>/(?!/)(?:[^\s()<>]|\([^\s()<>]*\))*))"
)
_TAIL = re.compile(r"[?#].*", re.DOTALL)


def needles(key: str) -> list[str]:
    """What a text holds that links to the page by address, in any case of letters."""
    return list(dict.fromkeys([f"](/{quote(key)}", f"](/{key}", f"](</{key}"]))


def rewrite(text: str, old_key: str, new_path: str, rules: WikiRules) -> str:
    """`text` with the addresses of the page and of all below it leading to `new_path`; queries, anchors
    and what follows the page's own path stay as they are. Code stays too.
    """
    hidden = code.spans(text) if "](" in text else []
    pieces: list[str] = []
    done = 0
    for match in _LINK.finditer(text):
        kind = match.lastgroup or "bare"
        address = _moved(match[kind], old_key, new_path, rules)
        if address is not None and not code.covers(hidden, match.start()):
            pieces += [text[done : match.start(kind)], address]
            done = match.end(kind)
    return "".join([*pieces, text[done:]])


def _moved(address: str, old_key: str, new_path: str, rules: WikiRules) -> str | None:
    tail = _TAIL.search(address)
    path = address[: tail.start()] if tail else address
    segments = path[1:].split("/")
    depth = old_key.count("/") + 1
    here, rest = segments[:depth], segments[depth:]
    if "/".join(_plain(here, rules, last=not rest)) != old_key:
        return None
    return "/" + "/".join([quote(new_path), *rest]) + (tail.group() if tail else "")


def _plain(segments: list[str], rules: WikiRules, *, last: bool) -> Iterator[str]:
    for number, segment in enumerate(segments, 1):
        plain = unquote(segment) if rules.retain_case else unquote(segment).lower()
        yield plain.removesuffix(ENDING) if last and number == len(segments) else plain
