"""The composition: routes, mounts, middleware and lifespan on one screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route

from auth import Gate
from gateway.browser_search import RELATED
from gateway.health import Health
from gateway.identity import identity_routes
from gateway.logs import configure
from gateway.middleware.body import BodyLimit
from gateway.middleware.by_name import ByName
from gateway.middleware.compression import Compression
from gateway.middleware.headers import CleanHeaders
from gateway.middleware.local import LocalOnly
from gateway.middleware.observe import Observe
from gateway.middleware.proxy import TrustedProxy
from gateway.modes import refuse_unsafe
from gateway.needs import NEEDS
from gateway.raw import Raw, llms_text, raw_page
from gateway.related import RelatedPages
from gateway.services import Services, open_services, warm
from gateway.settings import Settings
from gateway.threads import in_thread


def create_app(settings: Settings, services: Services) -> Starlette:
    """The app over opened services."""
    health, identity = Health(services), services.identity
    routes = [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", services.metrics.answer),
        *identity_routes(settings, identity),
        Route("/mcp", services.agents),
        Route("/mcp/", services.agents),
        Route("/api/v1", services.rest),  # a mount does not match its own name without a slash
        Mount("/api/v1", services.rest),
        Route(f"{RELATED}/{{path:path}}", RelatedPages(services).answer),
        Route("/llms.txt", Raw(services, llms_text)),
        Route("/{path:path}.md", Raw(services, raw_page)),
        Mount("/", services.wiki),
    ]
    middleware = [
        Middleware(ByName),
        Middleware(Observe, services.metrics),
        Middleware(CleanHeaders),
        *([Middleware(LocalOnly, identity.audit)] if settings.local_only else []),
        Middleware(TrustedProxy, settings.trusted_proxies),
        Middleware(Compression, settings.compress),
        Middleware(BodyLimit),
        Middleware(Gate, identity.identities, identity.challenges, NEEDS, identity.audit),
    ]
    return Starlette(routes=routes, middleware=middleware)


def served(settings: Settings) -> Starlette:
    """The app for a server: its lifespan opens the services, and everything is mounted on them."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        configure(settings.log_level)
        async with open_services(settings) as services:
            await in_thread(refuse_unsafe, settings, services.identity.people.accounts)
            if settings.load == "start":
                await warm(services)
            app.state.services = services
            app.mount("/", create_app(settings, services))
            yield

    return Starlette(lifespan=lifespan)
