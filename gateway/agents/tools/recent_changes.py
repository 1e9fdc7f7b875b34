"""recent_changes: what happened in the wiki."""

import re
from collections.abc import Iterator

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.moments import moment
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import PAGE_TEXT, fitting
from gateway.agents.tools.page_history import commit_entry
from wiki_app.catalog import LogFilter
from wiki_app.pages import LoggedCommit

_REVISION = re.compile(r"[0-9a-fA-F]{7,40}")
STEP = 100
MOST_LOOKED_AT = 5_000
"""Commits that a prefix is sought in."""
SHOWN_PAGES = 20


class RecentChangesArguments(Shape):
    since: str = Field("", description="ISO 8601 time, or a revision: what came after")
    author: str = Field("", description="Only by this person (part of name or email)")
    agent: str = Field("", description="Only by this agent")
    prefix: str = Field("", description="Only pages whose path begins so")
    limit: int = Field(20, ge=1, le=200, description="Changes")


def recent_changes(call: Call, asked: RecentChangesArguments) -> Body:
    """Changes of pages, newest first."""
    since = asked.since.strip()
    by_revision = _REVISION.fullmatch(since) is not None and not (len(since) == 8 and since.isdigit())
    wanted = LogFilter(
        author=asked.author.strip(),
        agent=asked.agent.strip(),
        since=None if by_revision else moment(since, "since"),
        after=since if by_revision else "",
    )
    entries: list[Body] = []
    more = False
    for entry in _matching(call, wanted, asked.prefix.strip().lstrip("/").lower()):
        if len(entries) == asked.limit:
            more = True
            break
        entries.append(entry)
    kept = fitting(map(str, entries), PAGE_TEXT)
    body: Body = {"changes": entries[:kept]}
    if more or kept < len(entries):
        body["truncated"] = True
        body["next_step"] = (
            "Narrow it down: a later since, an author, an agent or a prefix; or a smaller limit."
        )
    return body


def _matching(call: Call, wanted: LogFilter, prefix: str) -> Iterator[Body]:
    for offset in range(0, MOST_LOOKED_AT, STEP):
        commits = call.pages.log(wanted, STEP, offset)
        for commit in commits:
            pages = [path for path in commit.pages if path.lower().startswith(prefix) and call.sees(path)]
            if pages or not (prefix or call.principal.path_prefix):
                yield _entry(commit, pages)
        if len(commits) < STEP:
            return


def _entry(commit: LoggedCommit, pages: list[str]) -> Body:
    body = commit_entry(commit) | {"pages": pages[:SHOWN_PAGES]}
    return body | {"pages_in_all": len(pages)} if len(pages) > SHOWN_PAGES else body


RECENT_CHANGES = ToolSpec(
    name="recent_changes",
    title="Recent changes",
    description="Changes of the whole wiki, newest first, by person, agent, time or part of the wiki.",
    operation="history",
    hints=READS,
    shape=RecentChangesArguments,
    run=recent_changes,
)
