"""page_history: the revisions of a page, a diff between two, who wrote what."""

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.cutting import cut_lines
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import PAGE_TEXT
from wiki_app.pages import LoggedCommit, Revision


class PageHistoryArguments(Shape):
    path: str = Field(description="Page, a deleted one too")
    from_revision: str = Field("", description="Gives the diff since this revision")
    to_revision: str = Field("", description="Up to this one; without it, now")
    who: bool = Field(False, description="Who wrote which lines")
    section: str = Field("", description="With who: only this heading")
    limit: int = Field(20, ge=1, le=100, description="Revisions")


def page_history(call: Call, asked: PageHistoryArguments) -> Body:
    """Revisions newest first, or a diff, or authors of lines."""
    call.require("history", asked.path)
    if asked.from_revision:
        found = call.pages.diff(asked.path, asked.from_revision, asked.to_revision or None)
        diff = cut_lines(found.diff, PAGE_TEXT)
        return {"path": found.path, "from": found.from_, "to": found.to, "diff": diff}
    if asked.who or asked.section:
        return _who(call, asked)
    history = call.pages.history(asked.path, asked.limit)
    return {"path": history.path, "revisions": [commit_entry(entry) for entry in history.revisions]}


def _who(call: Call, asked: PageHistoryArguments) -> Body:
    written = call.pages.authorship(asked.path, asked.section)
    entries = [
        commit_entry(part.revision) | {"lines": _ranges(part.lines)} for part in written[: asked.limit]
    ]
    body: Body = {"path": call.pages.read(asked.path).path, "written_by": entries}
    return body | {"section": asked.section} if asked.section else body


def _ranges(numbers: list[int]) -> str:
    """1, 2, 3, 7 as `1-3, 7`; the first twenty."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:20]]
    return ", ".join(shown) + (", …" if len(ranges) > 20 else "")


def commit_entry(entry: Revision | LoggedCommit) -> Body:
    """A commit as lists show it; messages are cut, they are titles here."""
    commit = entry.commit
    body: Body = {
        "revision": commit.revision,
        "author": commit.author.name,
        "date": commit.authored.isoformat(),
        "message": commit.message[:200],
    }
    known = {"agent": entry.agent, "client": entry.client}
    return body | {name: value for name, value in known.items() if value}


PAGE_HISTORY = ToolSpec(
    name="page_history",
    title="History of a page",
    description="Revisions of a page, newest first; the diff between two; who wrote a section.",
    operation="history",
    hints=READS,
    shape=PageHistoryArguments,
    run=page_history,
)
