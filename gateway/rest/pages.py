"""Pages: list, read, write, edit, delete, rename."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest.answers import answer, revision, tagged
from gateway.rest.call import ACTING, Call
from gateway.rest.contract import Routes
from gateway.rest.inputs import Body, header, optional, text, whole
from gateway.rest.params import cursor_of, key_of_cursor, moment
from gateway.threads import in_thread
from wiki_app.pages import PageService, PageSummary, PageView, Replacement
from wiki_app.text.sections import section as section_of

if TYPE_CHECKING:
    from gateway.rest.bodies import DeleteBody, EditBody, RenameBody, WriteBody  # late: pydantic

routes = Routes("pages")

LARGEST_LIST = 10_000

PREFIX = text("prefix")
CATEGORY = optional("category")
TAG = optional("tag")
UPDATED_SINCE = optional("updated_since", "ISO 8601")
LIMIT = whole("limit", low=1, high=LARGEST_LIST)
CURSOR = optional("cursor", "`next_cursor` of the answer before")
REVISION = optional("revision", "At least 4 hex digits")
SECTION = optional("section", "A heading, or its anchor")
IF_NONE_MATCH = header("if-none-match")

WRITE: "Body[WriteBody]" = Body("WriteBody")
EDIT: "Body[EditBody]" = Body("EditBody")
DELETE: "Body[DeleteBody]" = Body("DeleteBody", needed=False)
RENAME: "Body[RenameBody]" = Body("RenameBody")


@routes.add("GET", "/pages", "list", "PageList", takes=[PREFIX, CATEGORY, TAG, UPDATED_SINCE, LIMIT, CURSOR])
async def list_pages(call: Call) -> Response:
    """The pages that fit all the filters, by path."""
    since, cursor = moment(call[UPDATED_SINCE]), call[CURSOR]
    after = key_of_cursor(cursor) if cursor else None

    def listing() -> Response:
        found = call.pages.list(
            prefix=call[PREFIX].strip(),
            category=(call[CATEGORY] or "").strip() or None,
            tag=(call[TAG] or "").strip() or None,
            updated_since=since,
        )
        return _page_of(found, call[LIMIT], after)

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


@routes.of_page("POST", "/rename", "move", "Renamed", takes=ACTING, body=RENAME, errors=(404, 409))
async def rename_page(call: Call) -> Response:
    """Move the page, its attachments and its sub-pages, and rewrite the links to them, in one commit."""
    body = call[RENAME]
    renamed = await in_thread(
        call.pages.rename, call.path, body.new_path, call.actor, body.commit_message, revision=body.revision
    )
    return answer(
        {
            "old_path": renamed.old_path,
            "new_path": renamed.new_path,
            "revision": renamed.revision,
            "updated_pages": renamed.updated_pages,
        }
    )


@routes.of_page("GET", "", "read", "Page", takes=[REVISION, SECTION, IF_NONE_MATCH], errors=(404,))
async def read_page(call: Call) -> Response:
    """The page as it is, or as it was at a revision."""
    return await in_thread(
        page_answer, call.pages, call.path, call[REVISION], call[SECTION], call[IF_NONE_MATCH]
    )


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


@routes.of_page(
    "PUT", "", "write", "Written", takes=ACTING, body=WRITE, success=(200, 201), errors=(409, 413)
)
async def write_page(call: Call) -> Response:
    """Make the page, or replace its text if `revision` is still its revision."""
    body = call[WRITE]
    written = await in_thread(
        call.pages.write,
        call.path,
        body.content,
        body.revision,
        call.actor,
        message=body.commit_message,
        merge=body.merge,
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


@routes.of_page("PATCH", "", "edit", "Edited", takes=ACTING, body=EDIT, errors=(404, 409, 413))
async def edit_page(call: Call) -> Response:
    """Replace strings that stand exactly once in the raw text, frontmatter included."""
    body = call[EDIT]
    edited = await in_thread(
        call.pages.edit,
        call.path,
        [Replacement(old, new) for old, new in body.replacements()],
        body.revision,
        call.actor,
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


@routes.of_page("DELETE", "", "delete", "Deleted", takes=ACTING, body=DELETE, errors=(404, 409))
async def delete_page(call: Call) -> Response:
    """Delete the page's file; attachments and sub-pages stay, and history has its texts."""
    body = call[DELETE]
    deleted = await in_thread(
        call.pages.delete, call.path, call.actor, message=body.commit_message, revision=body.revision
    )
    return answer({"deleted": True, "path": deleted.path})
