"""list_pages: what pages there are."""

from collections.abc import Iterable

from pydantic import Field

from gateway.agents.call import Call
from gateway.agents.moments import moment
from gateway.agents.shapes import Shape
from gateway.agents.spec import READS, Body, ToolSpec
from gateway.agents.tokens import PAGE_TEXT, fitting
from gateway.errors import GatewayError
from wiki_app.pages import PageSummary


class ListPagesArguments(Shape):
    prefix: str = Field("", description="Only paths that begin so")
    tag: str = Field("", description="Only with this tag")
    category: str = Field("", description="Only of this category")
    updated_since: str = Field("", description="ISO 8601")
    depth: int = Field(
        0,
        ge=0,
        le=20,
        description="Tree of so many levels below prefix, deeper pages counted; 0: a flat list",
    )
    limit: int = Field(100, ge=1, le=500, description="Entries")
    cursor: str = Field("", description="next_cursor of the call before")


def list_pages(call: Call, asked: ListPagesArguments) -> Body:
    """Pages by path, or folders with the numbers of their pages."""
    found = call.pages.list(
        prefix=asked.prefix.strip(),
        category=asked.category.strip() or None,
        tag=asked.tag.strip() or None,
        updated_since=moment(asked.updated_since, "updated_since"),
    )
    seen = [page for page in found if call.covers(page.key)]
    entries = _tree(seen, asked) if asked.depth else [_page(page) for page in seen]
    after = asked.cursor
    rest = [entry for entry in entries if str(entry["path"]) > after] if after else entries
    if after and not rest and after not in {str(entry["path"]) for entry in entries}:
        raise GatewayError("invalid_input", "cursor is not the next_cursor of an earlier call.")
    part = rest[: asked.limit]
    part = part[: fitting((str(entry) for entry in part), PAGE_TEXT)]
    body: Body = {"pages": part, "total": len(seen)}
    if len(part) < len(rest):
        given = asked.model_dump(exclude_defaults=True) | {"cursor": part[-1]["path"]}
        body |= {"next_cursor": part[-1]["path"], "next_call": {"tool": "list_pages", "arguments": given}}
    return body


def _page(page: PageSummary) -> Body:
    entry: Body = {"path": page.path}
    if page.name != page.path.rpartition("/")[2]:
        entry["title"] = page.name
    if page.category:
        entry["category"] = page.category
    if page.tags:
        entry["tags"] = list(page.tags)
    return entry | {"words": page.words, "updated": page.changed.date().isoformat()}


def _tree(pages: Iterable[PageSummary], asked: ListPagesArguments) -> list[Body]:
    levels = asked.prefix.strip().strip("/").count("/") + asked.depth
    levels += 1 if asked.prefix.strip().endswith("/") else 0
    entries: dict[str, Body] = {}
    for page in pages:
        parts = page.path.split("/")
        if len(parts) <= levels:
            entries[page.path] = _page(page) | entries.get(page.path, {})
        else:
            folder = "/".join(parts[:levels]) + "/"
            entry = entries.setdefault(folder, {"path": folder, "pages_below": 0})
            entry["pages_below"] = int(str(entry["pages_below"])) + 1
    return [entries[path] for path in sorted(entries)]


LIST_PAGES = ToolSpec(
    name="list_pages",
    title="List pages",
    description="Pages by path, or their tree with depth. For words in the text use search.",
    operation="list",
    hints=READS,
    shape=ListPagesArguments,
    run=list_pages,
)
