"""About the interface itself: health, its description, and the page that shows it."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gateway.rest import models
from gateway.rest.answers import answer
from gateway.rest.contract import contract, router
from gateway.rest.description import describe
from gateway.rest.docs import docs_page

routes = router("meta")


@routes.get("/health", **contract(None, models.Health))
async def health() -> Response:
    """The interface answers. The parts of the wiki report in /readyz."""
    return answer({"status": "ok"})


@routes.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> Response:
    """OpenAPI 3.1."""
    return answer(describe(request.app))


@routes.get("/docs", include_in_schema=False)
async def docs(request: Request) -> Response:
    """The same for people; needs nothing from elsewhere."""
    return HTMLResponse(docs_page(describe(request.app), request.scope.get("root_path", "")))
