"""Several operations on pages in one commit, all or nothing."""

from typing import TYPE_CHECKING

from starlette.responses import Response

from gateway.errors import GatewayError
from gateway.rest.answers import answer
from gateway.rest.call import ACTING, Call
from gateway.rest.contract import Routes
from gateway.rest.inputs import Body
from gateway.threads import in_thread
from wiki_app.errors import InvalidInput
from wiki_app.pages import AnyOp, parse

if TYPE_CHECKING:
    from gateway.rest.bodies import BatchBody  # late: pydantic

routes = Routes("batch")

BATCH: "Body[BatchBody]" = Body("BatchBody")


@routes.add("POST", "/batch", "batch", "BatchResult", takes=ACTING, body=BATCH, errors=(404, 409, 413))
async def batch(call: Call) -> Response:
    """Write, edit, delete, rename and revert pages together; the answer has them in the same order."""
    body = call[BATCH]
    operations = [_parsed(number, raw) for number, raw in enumerate(body.edits)]
    done = await in_thread(
        call.pages.batch, operations, call.actor, message=body.commit_message, dry_run=body.dry_run
    )
    results = [
        {"op": operation.op, "path": outcome.path, "revision": outcome.revision}
        for operation, outcome in zip(operations, done.outcomes, strict=True)
    ]
    answered: dict[str, object] = {"revision": done.revision, "results": results}
    if body.dry_run:
        diffs = [{"path": path, "diff": diff} for path, diff in done.diffs]
        answered |= {"dry_run": True, "diffs": diffs}
    return answer(answered)


def _parsed(number: int, raw: dict[str, object]) -> AnyOp:
    try:
        return parse(raw)
    except InvalidInput as error:
        raise GatewayError("invalid_input", f"edits.{number}: {error.message}", **error.fields) from error
