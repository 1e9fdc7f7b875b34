"""What was: history of a page, differences, going back, and the changes of the whole wiki."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest.answers import answer, logged, revision
from gateway.rest.call import ACTING, Call
from gateway.rest.contract import Routes
from gateway.rest.inputs import Body, lenient, optional
from gateway.rest.pages import page_answer
from gateway.rest.params import number
from gateway.threads import in_thread
from wiki_app.errors import NotFound
from wiki_app.pages import PageService

if TYPE_CHECKING:
    from gateway.rest.bodies import RevertBody  # late: pydantic

routes = Routes("history")

USUAL_CHANGELOG = 50

LIMIT = lenient("limit")
FROM = optional("from", "A revision; needed")
TO = optional("to", "A revision; the newest without it")
REVERT: "Body[RevertBody]" = Body("RevertBody")


@routes.of_page("GET", "/history", "history", "History", takes=[LIMIT], errors=(404,))
async def page_history(call: Call) -> Response:
    """The page's revisions, newest first, through renames; all of them without `limit`."""

    def listing() -> Response:
        found = call.pages.history(call.path, limit=number(call[LIMIT], 0, low=0) or None)
        return answer({"path": found.path, "history": [revision(change) for change in found.revisions]})

    return await in_thread(listing)


@routes.of_page("GET", "/diff", "history", "Diff", takes=[FROM, TO], errors=(404,))
async def page_diff(call: Call) -> Response:
    """The unified diff between two revisions of the page.

    Without `from` this address belongs to a page called `…/diff`, if there is one, as older clients know it.
    """
    older = call[FROM]
    if not older:
        return await in_thread(_page_called_diff, call.pages, call.path)
    found = await in_thread(call.pages.diff, call.path, older, call[TO] or None)
    return answer({"path": found.path, "from": found.from_, "to": found.to, "diff": found.diff})


def _page_called_diff(pages: PageService, path: str) -> Response:
    try:
        return page_answer(pages, f"{path}/diff")
    except NotFound:
        page = pages.read(path)
        raise GatewayError(
            "invalid_input", "from is required: a revision of the page.", path=page.path
        ) from None


@routes.of_page("POST", "/revert", "revert", "Reverted", takes=ACTING, body=REVERT, errors=(404, 409))
async def revert_page(call: Call) -> Response:
    """Give the page the text that it had at a revision."""
    body = call[REVERT]
    reverted = await in_thread(
        call.pages.revert,
        call.path,
        body.revision,
        call.actor,
        message=body.commit_message,
        base_revision=body.base_revision,
    )
    return answer({"path": reverted.path, "revision": reverted.revision})


@routes.add("GET", "/changelog", "history", "Changelog", takes=[LIMIT])
async def changelog(call: Call) -> Response:
    """The wiki's commits, newest first: 50 of them, or `limit`; 0 is all."""

    def listing() -> Response:
        most = number(call[LIMIT], USUAL_CHANGELOG, low=0) or None
        entries = [logged(entry) for entry in call.pages.changelog(most)]
        return answer({"entries": entries, "total": len(entries)})

    return await in_thread(listing)
