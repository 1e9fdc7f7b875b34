"""What was: history of a page, differences, going back, and the changes of the whole wiki."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest import models
from gateway.rest.answers import answer, logged, revision
from gateway.rest.bodies import RevertBody
from gateway.rest.context import Caller, Pages
from gateway.rest.contract import contract, router
from gateway.rest.pages import page_answer
from gateway.rest.params import LenientNumber, number
from gateway.rest.paths import of_page
from gateway.threads import in_thread
from wiki_app.errors import NotFound
from wiki_app.pages import PageService

routes = router("history")

USUAL_CHANGELOG = 50


@of_page(routes, "GET", "/history", **contract("history", models.History, 404))
async def page_history(path: str, pages: Pages, limit: LenientNumber = None) -> Response:
    """The page's revisions, newest first, through renames; all of them without `limit`."""

    def listing() -> Response:
        found = pages.history(path, limit=number(limit, 0, low=0) or None)
        return answer({"path": found.path, "history": [revision(change) for change in found.revisions]})

    return await in_thread(listing)


@of_page(routes, "GET", "/diff", **contract("history", models.Diff, 404))
async def page_diff(
    path: str,
    pages: Pages,
    from_: Annotated[str | None, Query(alias="from", description="A revision; needed")] = None,
    to: Annotated[str | None, Query(description="A revision; the newest without it")] = None,
) -> Response:
    """The unified diff between two revisions of the page.

    Without `from` this address belongs to a page called `…/diff`, if there is one, as older clients know it.
    """
    if not from_:
        return await in_thread(_page_called_diff, pages, path)
    found = await in_thread(pages.diff, path, from_, to or None)
    return answer({"path": found.path, "from": found.from_, "to": found.to, "diff": found.diff})


def _page_called_diff(pages: PageService, path: str) -> Response:
    try:
        return page_answer(pages, f"{path}/diff")
    except NotFound:
        page = pages.read(path)
        raise GatewayError(
            "invalid_input", "from is required: a revision of the page.", path=page.path
        ) from None


@of_page(routes, "POST", "/revert", **contract("revert", models.Reverted, 404, 409))
async def revert_page(path: str, body: RevertBody, pages: Pages, caller: Caller) -> Response:
    """Give the page the text that it had at a revision."""
    reverted = await in_thread(
        pages.revert,
        path,
        body.revision,
        caller,
        message=body.commit_message,
        base_revision=body.base_revision,
    )
    return answer({"path": reverted.path, "revision": reverted.revision})


@routes.get("/changelog", **contract("history", models.Changelog))
async def changelog(pages: Pages, limit: LenientNumber = None) -> Response:
    """The wiki's commits, newest first: 50 of them, or `limit`; 0 is all."""

    def listing() -> Response:
        entries = [logged(entry) for entry in pages.changelog(number(limit, USUAL_CHANGELOG, low=0) or None)]
        return answer({"entries": entries, "total": len(entries)})

    return await in_thread(listing)
