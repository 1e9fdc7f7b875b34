"""Pages: list, read, write, edit, delete, rename."""

from typing import Annotated

from fastapi import Header, Query
from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest import models
from gateway.rest.answers import answer, revision, tagged
from gateway.rest.bodies import DeleteBody, EditBody, RenameBody, WriteBody
from gateway.rest.context import Caller, Pages
from gateway.rest.contract import contract, router
from gateway.rest.params import cursor_of, key_of_cursor, moment
from gateway.rest.paths import of_page
from gateway.threads import in_thread
from wiki_app.pages import PageService, PageSummary, PageView, Replacement
from wiki_app.text.sections import section as section_of

routes = router("pages")

LARGEST_LIST = 10_000


@routes.get("/pages", **contract("list", models.PageList))
async def list_pages(
    pages: Pages,
    prefix: str = "",
    category: str | None = None,
    tag: str | None = None,
    updated_since: Annotated[str | None, Query(description="ISO 8601")] = None,
    limit: Annotated[int | None, Query(ge=1, le=LARGEST_LIST)] = None,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the answer before")] = None,
) -> Response:
    """The pages that fit all the filters, by path."""
    since = moment(updated_since)
    after = key_of_cursor(cursor) if cursor else None

    def listing() -> Response:
        found = pages.list(
            prefix=prefix.strip(),
            category=(category or "").strip() or None,
            tag=(tag or "").strip() or None,
            updated_since=since,
        )
        return _page_of(found, limit, after)

    return await in_thread(listing)


def _page_of(found: list[PageSummary], limit: int | None, after: str | None) -> Response:
    rest = found if after is None else [page for page in found if page.key > after]
    part = rest[:limit]
    body: dict[str, object] = {"pages": [_entry(page) for page in part], "total": len(found)}
    if limit is not None:
        body["next_cursor"] = cursor_of(part[-1].key) if len(part) < len(rest) else None
    return answer(body)


def _entry(page: PageSummary) -> dict[str, object]:
    return {
        "name": page.name,
        "path": page.path,
        "category": page.category,
        "tags": page.tags,
        "last_updated": page.changed.date().isoformat(),
        "content_length": page.words,
    }


@of_page(routes, "POST", "/rename", **contract("move", models.Renamed, 404, 409))
async def rename_page(path: str, body: RenameBody, pages: Pages, caller: Caller) -> Response:
    """Move the page, its attachments and its sub-pages, and rewrite the links to them, in one commit."""
    renamed = await in_thread(
        pages.rename, path, body.new_path, caller, body.commit_message, revision=body.revision
    )
    return answer(
        {
            "old_path": renamed.old_path,
            "new_path": renamed.new_path,
            "revision": renamed.revision,
            "updated_pages": renamed.updated_pages,
        }
    )


@of_page(routes, "GET", **contract("read", models.Page, 404))
async def read_page(
    path: str,
    pages: Pages,
    revision: Annotated[str | None, Query(description="At least 4 hex digits")] = None,
    section: Annotated[str | None, Query(description="A heading, or its anchor")] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The page as it is, or as it was at a revision."""
    return await in_thread(page_answer, pages, path, revision, section, if_none_match)


def page_answer(
    pages: PageService,
    path: str,
    revision: str | None = None,
    section: str | None = None,
    if_none_match: str | None = None,
) -> Response:
    """A page as an answer with an ETag; 304 when the caller has it."""
    page = pages.read(path, revision or None)
    body = _whole(page)
    if section:
        body |= {"content": _section(page, section), "section": section}
    return tagged(body, if_none_match)


def _section(page: PageView, name: str) -> str:
    found = section_of(page.content, name)
    if found is None:
        raise GatewayError("not_found", f"{page.path} has no section {name!r}.", path=page.path)
    return found


def _whole(page: PageView) -> dict[str, object]:
    return {
        "name": page.name,
        "path": page.path,
        "content": page.content,
        "frontmatter": page.frontmatter,
        "links_to": page.links_to,
        "linked_from": page.linked_from,
        "revision": page.revision,
        "last_commit": revision(page.last_commit),
    }


@of_page(routes, "PUT", **contract("write", models.Written, 409, 413, also=201))
async def write_page(path: str, body: WriteBody, pages: Pages, caller: Caller) -> Response:
    """Make the page, or replace its text if `revision` is still its revision."""
    written = await in_thread(
        pages.write, path, body.content, body.revision, caller, message=body.commit_message, merge=body.merge
    )
    result: dict[str, object] = {
        "name": written.name,
        "path": written.path,
        "revision": written.revision,
        "created": written.created,
    }
    if written.merged:
        result["merged"] = True
    return answer(result, 201 if written.created else 200)


@of_page(routes, "PATCH", **contract("edit", models.Edited, 404, 409, 413))
async def edit_page(path: str, body: EditBody, pages: Pages, caller: Caller) -> Response:
    """Replace strings that stand exactly once in the raw text, frontmatter included."""
    edits = [Replacement(old, new) for old, new in body.replacements()]
    edited = await in_thread(
        pages.edit,
        path,
        edits,
        body.revision,
        caller,
        message=body.commit_message,
        dry_run=body.dry_run,
        merge=body.merge,
    )
    result: dict[str, object] = {"name": edited.name, "path": edited.path, "revision": edited.revision}
    if edited.merged:
        result["merged"] = True
    if body.dry_run:
        result |= {"dry_run": True, "diff": edited.diff}
    return answer(result)


@of_page(routes, "DELETE", **contract("delete", models.Deleted, 404, 409))
async def delete_page(path: str, pages: Pages, caller: Caller, body: DeleteBody | None = None) -> Response:
    """Delete the page's file; attachments and sub-pages stay, and history has its texts."""
    asked = body or DeleteBody()
    deleted = await in_thread(
        pages.delete, path, caller, message=asked.commit_message, revision=asked.revision
    )
    return answer({"deleted": True, "path": deleted.path})
