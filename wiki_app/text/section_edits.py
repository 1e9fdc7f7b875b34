"""Edits by heading: a section replaced, continued, or given a neighbour.

A section is its heading and all that stands under it, to the next heading of its level or above, as
`sections.section` reads it. Blank lines around it stay as they were.
"""

import re
from dataclasses import dataclass

from wiki_app.errors import InvalidInput, NotFound
from wiki_app.text import headings
from wiki_app.text.frontmatter import split
from wiki_app.text.headings import Heading

_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s|\s*\|")
"""A line of a list or of a table: what follows in kind is put right below it."""
SHOWN = 40
"""Headings that an error names."""


@dataclass(frozen=True)
class Found:
    """Offsets in the text: the heading, what stands under it, and where the section ends."""

    heading: Heading
    start: int
    body: int
    end: int


def find(text: str, name: str) -> Found:
    """The section called `name`: the heading as a reader sees it, in any case, or `#anchor`.

    Raises NotFound, and InvalidInput when several headings are called so.
    """
    outline = headings.outline(text.replace("\r\n", "\n"))
    index = _index(outline, name)
    heading = outline[index]
    end = next((other.line for other in outline[index + 1 :] if other.level <= heading.level), None)
    starts = _line_starts(text)
    body_line = heading.line + (1 if _is_atx(text, starts[heading.line]) else _setext_lines(text, heading))
    return Found(
        heading,
        starts[heading.line],
        starts[body_line] if body_line < len(starts) else len(text),
        len(text) if end is None else starts[end],
    )


def replace(text: str, name: str, new: str) -> str:
    """The section becomes `new`; its heading stays unless `new` begins with one. Raises as `find`."""
    found = find(text, name)
    old = text[found.start : found.end]
    if _begins_with_heading(new):
        return text[: found.start] + _closed(new, old, text[found.end :]) + text[found.end :]
    under = text[found.body : found.end]
    gap = under[: len(under) - len(under.lstrip("\r\n"))] if under.strip() else "\n"
    line = text[found.start : found.body].rstrip("\r\n") + "\n"
    return text[: found.start] + line + gap + _closed(new, under, text[found.end :]) + text[found.end :]


def append(text: str, name: str, new: str) -> str:
    """`new` at the end of the section, sub-sections included; without a name at the end of the page."""
    end = find(text, name).end if name.strip() else len(text)
    before, after = text[:end], text[end:]
    kept = before.rstrip()
    if not kept:
        return before + new.strip("\r\n") + "\n"
    last_line = kept.rpartition("\n")[2]
    joint = "\n" if _ITEM.match(last_line) and _ITEM.match(new.lstrip("\r\n")) else "\n\n"
    return kept + joint + _closed(new, before, after) + after


def before(text: str, name: str, new: str) -> str:
    """`new` right before the section's heading; without a name at the beginning, under the frontmatter."""
    start = find(text, name).start if name.strip() else len(split(text).block)
    head = text[:start]
    if head and not head.endswith("\n"):
        head += "\n"
    rest = text[start:].lstrip("\r\n") if not name.strip() else text[start:]
    return head + new.strip("\r\n") + "\n" + ("\n" if rest.strip() else "") + rest


def after(text: str, name: str, new: str) -> str:
    """`new` behind the whole section."""
    end = find(text, name).end
    kept = text[:end].rstrip()
    return kept + "\n\n" + _closed(new, text[:end], text[end:]) + text[end:]


def _closed(new: str, old: str, following: str) -> str:
    """`new` with the blank lines at its end that stood there, at least one before what follows."""
    trailing = old[len(old.rstrip()) :]
    least = "\n\n" if following.strip() else "\n"
    blank = trailing if trailing.count("\n") >= least.count("\n") else least
    content = new.strip("\r\n")
    return content + blank if content.strip() else ("" if not following.strip() else blank[1:])


def _index(outline: list[Heading], name: str) -> int:
    wanted = name.strip()
    if wanted.startswith("#"):
        anchor = wanted.lstrip("#").strip()
        found = [i for i, heading in enumerate(outline) if heading.slug == anchor]
        if found:
            return found[0]
        wanted = anchor
    found = [i for i, heading in enumerate(outline) if heading.text.casefold() == wanted.casefold()]
    found = found or [i for i, heading in enumerate(outline) if heading.slug == wanted]
    if len(found) > 1:
        anchors = [f"#{outline[i].slug}" for i in found]
        raise InvalidInput(
            f"{len(found)} sections are called {wanted!r}: take an anchor, {' or '.join(anchors[:5])}.",
            sections=anchors[:SHOWN],
        )
    if not found:
        raise NotFound(
            f"There is no section {wanted[:200]!r}: name a heading of the page.",
            sections=[heading.text for heading in outline[:SHOWN]],
        )
    return found[0]


def _line_starts(text: str) -> list[int]:
    starts = [0]
    starts.extend(match.end() for match in re.finditer("\n", text))
    return starts


def _is_atx(text: str, start: int) -> bool:
    return text[start : start + 4].lstrip(" ").startswith("#")


def _setext_lines(text: str, heading: Heading) -> int:
    """How many lines an underlined heading takes, its underline included."""
    lines = text.split("\n")[heading.line :]
    underline = next(i for i, line in enumerate(lines) if i and not line.strip(" \t\r=-"))
    return underline + 1


def _begins_with_heading(new: str) -> bool:
    lines = new.replace("\r\n", "\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), None)
    return first is not None and any(
        heading.line == first for heading in headings.outline("\n".join(lines))[:1]
    )
