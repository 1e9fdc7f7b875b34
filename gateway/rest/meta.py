"""About the interface itself: health, its description, and the page that shows it."""

from typing import Any

from starlette.responses import HTMLResponse, Response

from gateway.rest.answers import answer
from gateway.rest.call import Call
from gateway.rest.contract import Routes
from gateway.rest.serving import served
from gateway.threads import in_thread

routes = Routes("meta")


@routes.add("GET", "/health", None, "Health")
async def health(_: Call) -> Response:
    """The interface answers. The parts of the wiki report in /readyz."""
    return answer({"status": "ok"})


@routes.add("GET", "/openapi.json", None, None)
async def openapi(call: Call) -> Response:
    """OpenAPI 3.1."""
    return answer(await in_thread(_document, call))


@routes.add("GET", "/docs", None, None)
async def docs(call: Call) -> Response:
    """The same for people; needs nothing from elsewhere."""
    from gateway.rest.docs import docs_page  # late: hardly any process is asked for it

    document = await in_thread(_document, call)
    return HTMLResponse(docs_page(document, call.request.scope.get("root_path", "")))


def _document(call: Call) -> dict[str, Any]:
    from gateway.rest.description import describe  # late: pydantic and a model for each answer

    return describe(tuple(route.declared for route in served(call.request.scope)))
