"""read_page: pages, whole or in part, now or at a revision."""

import re
from dataclasses import dataclass

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.cutting import outline_lines, outline_of, part_of
from gateway.agents.refusals import CODED
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import MOST_PAGE_TEXT, PAGE_TEXT, estimate
from gateway.errors import GatewayError
from wiki_app.errors import WikiError
from wiki_app.pages import PageView
from wiki_app.text import section_edits

_RANGE = re.compile(r"\s*(\d{1,7})?\s*(?:[-–:]\s*(\d{1,7})?)?\s*")
OUTLINE_TOKENS = 800
ONLY_OUTLINE_TOKENS = 4_000
MOST_PATHS = 50
LEAST = 200
"""Tokens below which a page is left for the next call."""


class ReadPageArguments(Shape):
    path: str = Field("", description="Page")
    paths: list[str] = Field([], description="Several pages in one call", max_length=MOST_PATHS)
    section: str = Field("", description="Only this heading or #anchor and what is under it")
    lines: str = Field("", description="Only these lines, as 10-40 or 120-")
    outline: bool = Field(False, description="Headings with line numbers instead of text")
    revision: str = Field("", description="As it was then")
    max_tokens: int = Field(PAGE_TEXT, ge=100, le=MOST_PAGE_TEXT, description="Where to cut the text")


def read_page(call: Call, asked: ReadPageArguments) -> Body:
    """One page, or `pages` with one entry each."""
    if asked.path and not asked.paths:
        return _one(call, asked, asked.path, asked.max_tokens)
    if not asked.paths:
        raise GatewayError("invalid_input", "path is missing: name a page, or several as paths.")
    return _several(call, asked, [*([asked.path] if asked.path else []), *asked.paths])


def _several(call: Call, asked: ReadPageArguments, paths: list[str]) -> Body:
    pages: list[Body] = []
    left = asked.max_tokens
    for number, path in enumerate(paths):
        if left < LEAST:
            rest = paths[number:]
            return {"pages": pages, "next_call": {"tool": "read_page", "arguments": {"paths": rest}}}
        try:
            entry = _one(call, asked, path, left)
        except CODED as error:
            entry = {"path": path[:200], "error": error.message, "code": error.code}
        left -= estimate(str(entry.get("content", ""))) + 100
        pages.append(entry)
    if pages and all("error" in entry for entry in pages):
        first = pages[0]
        raise GatewayError(
            str(first["code"]), f"None of the pages can be read. {first['error']}", pages=paths
        )
    return {"pages": pages}


@dataclass(frozen=True)
class _Wanted:
    """The lines that are asked for, from 0 to before `end`."""

    start: int
    end: int


def _one(call: Call, asked: ReadPageArguments, path: str, tokens: int) -> Body:
    call.require("read", path)
    page = call.pages.read(path, asked.revision or None)
    lines = page.content.split("\n")
    wanted = _wanted(asked, page, lines)
    outline = outline_of(page.content)
    body: Body = {
        "path": page.path,
        "title": page.name,
        "revision": page.revision,
        "url": call.url(page.path),
    }
    body |= {
        "updated": page.last_commit.commit.authored.isoformat(),
        "author": page.last_commit.commit.author.name,
    }
    if page.last_commit.agent:
        body["agent"] = page.last_commit.agent
    if asked.outline:
        inside = [heading for heading in outline if wanted.start <= heading.line < wanted.end]
        return body | {"lines_in_all": len(lines), "outline": outline_lines(inside, ONLY_OUTLINE_TOKENS)}
    part = part_of(lines, wanted.start, wanted.end, tokens, outline)
    if part.start or part.end < len(lines):
        body["lines"] = f"{part.start + 1}-{part.end} of {len(lines)}"
    body["content"] = part.text
    if part.end < wanted.end or not part.whole:
        body |= {"truncated": True, "outline": outline_lines(outline, OUTLINE_TOKENS)}
        if not part.whole:
            body["note"] = (
                f"Line {part.start + 1} is longer than a result may be; {call.url(page.path)}.md has it all."
            )
        if part.end < wanted.end:
            body["next_call"] = {
                "tool": "read_page",
                "arguments": _rest(asked, page, part.end, wanted.end, len(lines)),
            }
    return body


def _rest(asked: ReadPageArguments, page: PageView, start: int, end: int, count: int) -> Body:
    rest: Body = {"path": page.path, "lines": f"{start + 1}-" if end >= count else f"{start + 1}-{end}"}
    if asked.revision:
        rest["revision"] = page.revision
    return rest


def _wanted(asked: ReadPageArguments, page: PageView, lines: list[str]) -> _Wanted:
    if asked.section and asked.lines:
        raise GatewayError("invalid_input", "section and lines exclude each other: give one of them.")
    if asked.section:
        try:
            found = section_edits.find(page.content, asked.section)
        except WikiError as error:
            error.fields.setdefault("path", page.path)
            raise
        start = page.content.count("\n", 0, found.start)
        ends = page.content.count("\n", 0, found.end)
        return _Wanted(start, ends if found.end < len(page.content) else len(lines))
    if not asked.lines.strip():
        return _Wanted(0, len(lines))
    match = _RANGE.fullmatch(asked.lines)
    if match is None or not (match.group(1) or match.group(2)):
        raise GatewayError("invalid_input", "lines must read as 10-40, or 120- up to the end.")
    first = max(1, int(match.group(1) or 1))
    single = not re.search(r"[-–:]", asked.lines)
    last = first if single else int(match.group(2) or len(lines))
    if first > len(lines) or last < first:
        raise GatewayError(
            "invalid_input", f"{page.path} has {len(lines)} lines: {asked.lines.strip()} are not among them."
        )
    return _Wanted(first - 1, min(last, len(lines)))


READ_PAGE = ToolSpec(
    name="read_page",
    title="Read a page",
    description="A page's Markdown and its revision, which every change needs. Long pages are cut at a "
    "section; next_call continues.",
    operation="read",
    hints=READS,
    shape=ReadPageArguments,
    run=read_page,
)
