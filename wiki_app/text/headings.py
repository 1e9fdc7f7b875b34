"""The headings of a page, as Otter Wiki's renderer and its sidebar read them."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from wiki_app.text import code

_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t\r]|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t\r]*$")
_ANY_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)[ \t\r]*$", re.MULTILINE)
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\r?$")
_OTHER_BLOCK = re.compile(r" {0,3}(?:[-*+](?:[ \t]|$)|\d{1,9}[.)][ \t]|>|<!--)")
LONGEST = 1000

_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_WIKILINK = re.compile(r"\[\[([^|\]]+)(?:\|[^\]]+)?\]\]")
_TAG = re.compile(r"<[^>\n]+>")
_CODE = re.compile(r"(`+)(.+?)\1")
_STARS = re.compile(r"(\*{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1")
_UNDERSCORES = re.compile(r"(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_HASHES = re.compile(r"#(?!#)(\s*)")
_CLOSING_HASHES = re.compile(r"\s+#+\s*\n")
_SIDEBAR_SETEXT = re.compile(r"([^\n]+)\n *[=-]{2,}[ \t]*\n")
SIDEBAR_CHARACTERS = 512


class Heading(NamedTuple):
    """`text` is what a reader sees, `line` counts from 0 in the whole text, `slug` is the anchor."""

    level: int
    text: str
    line: int
    slug: str


def outline(text: str) -> list[Heading]:
    """All headings in order; the text has `\\n` line ends. A slug that was there before gets a number,
    as the wiki's renderer numbers it.
    """
    seen: dict[str, int] = {}
    found = []
    for level, source, line in _headings(text):
        visible = plain(source)
        slug = slugify(visible)
        seen[slug] = count = seen.get(slug, -1) + 1
        found.append(Heading(level, visible, line, f"{slug}-{count}" if count else slug))
    return found


def first(text: str) -> str | None:
    """The heading that Otter Wiki's sidebar and breadcrumbs use for a page's capital letters.

    They look at the first 512 characters without regard for code and frontmatter; a `#` line, which may
    begin anywhere in a line, goes before an underlined one; it needs its line end within these characters.
    """
    head = text[:SIDEBAR_CHARACTERS]
    for match in _HASHES.finditer(head):
        found = _behind_hashes(match.group(1), head[match.end() :])
        if found is not None:
            return found
    underlined = _SIDEBAR_SETEXT.search(head)
    return underlined.group(1) if underlined else None


def _behind_hashes(blanks: str, rest: str) -> str | None:
    """What Otter Wiki's expression takes for the heading, None when it does not match.

    White space behind the hashes may hold line ends: the heading is then in a later line.
    """
    if not blanks:
        return None
    if not blanks.partition("\n")[0].strip(" ") and "\n" in blanks:
        return ""
    line, end, _ = rest.partition("\n")
    if not end:
        return "" if "\n" in blanks else None
    stripped = line.rstrip()
    for shorter in (stripped.rstrip("#").rstrip(), stripped):
        if _CLOSING_HASHES.match(rest, len(shorter)):
            return shorter
    return line


def _headings(text: str) -> Iterator[tuple[int, str, int]]:
    underlined = bool(_ANY_UNDERLINE.search(text))
    if not underlined and "#" not in text:
        return
    paragraph = _Paragraph()
    expected = 0
    for number, _, line in code.lines(text):
        if number != expected:
            paragraph.end()
        expected = number + 1
        atx = _ATX.match(line)
        if atx:
            yield len(atx.group(1)), _without_closing(line[atx.end() :]), number
            paragraph.end()
        elif not underlined:
            continue
        elif paragraph.lines and _UNDERLINE.match(line):
            yield (1 if "=" in line else 2), " ".join(paragraph.lines), number - len(paragraph.lines)
            paragraph.end()
        else:
            paragraph.add(line)


def _without_closing(content: str) -> str:
    content = content.strip()
    bare = content.rstrip("#")
    return bare.rstrip() if not bare or bare[-1] in " \t" else content


class _Paragraph:
    """The lines that an underline would make a heading of; lists, quotes and comments have none."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._inside_other = False

    def add(self, line: str) -> None:
        bare = line.strip()
        if not bare or _RULE.match(line):
            self.end()
        elif _OTHER_BLOCK.match(line):
            self.lines.clear()
            self._inside_other = True
        elif not self._inside_other:
            self.lines.append(bare)

    def end(self) -> None:
        self.lines.clear()
        self._inside_other = False


def plain(source: str) -> str:
    """A heading's text without its inline markup. Longer ones are cut: the expressions below take time
    that grows with the square of the length, and a page may be one line.
    """
    source = _IMAGE.sub("", source[:LONGEST])
    source = _WIKILINK.sub(r"\1", source)
    source = _LINK.sub(r"\1", source)
    source = _TAG.sub("", source)
    source = _CODE.sub(r"\2", source)
    source = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", _STARS.sub(r"\2", source)))
    return " ".join(unescape(_ESCAPE.sub(r"\1", source)).split())


def slugify(text: str) -> str:
    """The anchor of a heading (Otter Wiki's form: ASCII letters, digits, `_`, single `-`)."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").strip().lower()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_only))
