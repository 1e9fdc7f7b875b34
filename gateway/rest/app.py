"""The REST interface as one Starlette app, to be mounted at /api/v1 (REST.md is its contract)."""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from gateway import errors
from gateway.rest import attachments, batch, history, links, meta, pages, search
from gateway.rest.call import RestServices
from gateway.rest.paths import Tidy
from gateway.rest.serving import Served

# Order matters: what ends in `/history`, `/attachments`, … comes before the page of that path.
DECLARED = tuple(
    declared
    for module in (meta, search, batch, links, history, attachments, pages)
    for declared in module.routes.declared
)


def create_rest(services: RestServices) -> Starlette:
    """The app over open services; it opens and closes nothing itself.

    The gate in front must have set scope["principal"]: without one every route but health, chroma-status
    and the description answers 401.
    """
    app = Starlette(routes=[Served(declared) for declared in DECLARED], middleware=[Middleware(Tidy)])
    app.router.redirect_slashes = False
    app.state.services = services
    errors.install(app)
    return app
