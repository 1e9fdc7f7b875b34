"""Wikilinks (REST.md): which pages a text links to, and the same text after a page was renamed."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from wiki_app.rules import WikiRules
from wiki_app.text import code

_BLANK_LINE = re.compile(r"\n[ \t]*\r?\n")
_TARGET_FIRST = {"LINKTITLE", "PAGENAMETITLE"}
_RESERVED = str.maketrans({char: f"%{ord(char):02X}" for char in "#|[]"})


class _Link(NamedTuple):
    """What stands between `[[` and `]]`, and where in the text."""

    start: int
    end: int
    inside: str


class _Parts(NamedTuple):
    """A link's inside, cut so that joining all parts gives it back."""

    before: str
    target: str
    after: str


def inner(text: str) -> list[str]:
    """What stands between the brackets of each link that the wiki renders: outside of code and
    frontmatter, in order, repetitions included. It does not depend on the wiki's rules.
    """
    if "[[" not in text:
        return []
    return [link.inside for link in _links(text)]


def targets_of(insides: Iterable[str], rules: WikiRules) -> list[str]:
    """The page keys that these insides of links mean, deduplicated and sorted."""
    keys = {key_of(_cut(inside, rules).target, rules) for inside in insides}
    return sorted(keys - {""})


def targets(text: str, rules: WikiRules) -> list[str]:
    """The keys of the pages that `text` links to, deduplicated and sorted; missing pages included.

    A link is what Otter Wiki's renderer takes for one: `[[…]]` within a paragraph, without `]` inside,
    and with something on both sides of a `|`.
    """
    return targets_of(inner(text), rules)


def rewrite(text: str, old_key: str, new_target: str, rules: WikiRules) -> str:
    """`text` with every link to the page `old_key` leading to `new_target`; display texts, anchors and
    leading slashes stay. Characters of the new name that would end a link are percent-encoded.
    """
    written = _written(new_target)
    pieces: list[str] = []
    done = 0
    for link in _links(text):
        parts = _cut(link.inside, rules)
        if key_of(parts.target, rules) == old_key:
            pieces += [text[done : link.start], parts.before, written, parts.after]
            done = link.end
    return "".join(pieces) + text[done:]


def key_of(target: str, rules: WikiRules) -> str:
    """The page key of a link's target: blanks, slashes around and doubled, and a `.md` ending dropped,
    percent-encoding undone, lower case where the wiki's names are. "" for a mere anchor.
    """
    path = unquote(target.partition("#")[0].strip())
    path = "/".join(part for part in path.split("/") if part)
    if not rules.retain_case:
        path = path.lower()
    return path.removesuffix(".md")


def _links(text: str) -> Iterator[_Link]:
    """The links in order. Linear, however the brackets are arranged: each `]` is looked at once."""
    hidden = code.spans(text)
    paragraphs = [0, *(match.end() for match in _BLANK_LINE.finditer(text))]
    start, close, paragraph = 0, 0, 0
    while (start := text.find("[[", start)) >= 0:
        if close < start + 2:
            close = text.find("]", start + 2)
            if close < 0:
                return
            paragraph = paragraphs[bisect_right(paragraphs, close) - 1]
        if start < paragraph:
            start = paragraph
        elif not text.startswith("]]", close) or code.covers(hidden, close):
            start = close
        elif text[start + 2] in "|]" or code.covers(hidden, start) or _escaped(text, start):
            start += 1
        else:
            inside = text[start + 2 : close]
            if inside.find("|") != len(inside) - 1:
                yield _Link(start + 2, close, inside)
            start = close + 1


def _escaped(text: str, position: int) -> bool:
    before = text[max(0, position - 20) : position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _cut(inside: str, rules: WikiRules) -> _Parts:
    left, bar, right = inside.partition("|")
    if not bar or rules.wikilink_style.upper().replace("_", "").strip() in _TARGET_FIRST:
        return _trim("", left, bar + right)
    return _trim(left + bar, right, "")


def _trim(before: str, target: str, after: str) -> _Parts:
    """Moves blanks, a leading slash and the anchor out of the target."""
    start = len(target) - len(target.lstrip().removeprefix("/"))
    end = len(target.partition("#")[0].rstrip())
    if start >= end:
        return _Parts(before + target, "", after)
    return _Parts(before + target[:start], target[start:end], target[end:] + after)


def _written(target: str) -> str:
    if unquote(target) != target:
        target = target.replace("%", "%25")
    return target.translate(_RESERVED)
