"""The REST interface as one FastAPI app, to be mounted at /api/v1 (REST.md is its contract)."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError

from gateway import errors
from gateway.rest import attachments, batch, history, links, meta, pages, search
from gateway.rest.context import RestServices
from gateway.rest.invalid import invalid
from gateway.rest.paths import Tidy

DESCRIPTION = """Pages of the wiki for programs. `Authorization: Bearer <token>` where the wiki asks for one.

Every error is {"error": a sentence, "code": a stable word, …}. A page's `revision` is the newest commit
that changed it; a change of an existing page names the revision that it is based on, and a conflict (409)
brings the current revision and the diff since.

A page whose path ends like a route is reached by /page?path=…
"""

# Order matters: what ends in `/history`, `/attachments`, … comes before the page of that path.
ROUTERS = (meta, search, batch, links, history, attachments, pages)


def create_rest(services: RestServices) -> FastAPI:
    """The app over open services; it opens and closes nothing itself.

    The gate in front must have set scope["principal"]: without one every route but health, chroma-status
    and the description answers 401.
    """
    app = FastAPI(
        title="wikibot",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    for module in ROUTERS:
        app.router.routes.extend(module.routes.routes)
    app.add_middleware(Tidy)
    errors.install(app)
    app.add_exception_handler(RequestValidationError, invalid)
    return app
