"""Sign in at the identity provider: off to it, and back."""

from collections.abc import Callable

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.errors import SignInFailed
from auth.headers import cookie
from auth.oidc_protocol import SignInProvider
from auth.pages.endpoint import visit_of
from auth.pages.forms import safe_next
from auth.pages.html import card, element
from auth.pages.sign_in import not_enough
from auth.pages.visit import Visit, redirect
from auth.parts import Parts
from auth.provider import Admission, Claims

CALLBACK = "/-/auth/callback"
PENDING = "wikibot-signin"
SECONDS = 600
LoadProvider = Callable[[], SignInProvider]


def provider_routes(parts: Parts, provider: LoadProvider, admission: Admission) -> list[Route]:
    """In place of the passwords' pages. `provider` loads the client, which takes a moment, when needed."""

    async def start(request: Request) -> Response:
        visit = visit_of(parts, request, None)
        target = safe_next(visit.query.get("next"))
        if visit.principal.via == "session":
            return await to_thread.run_sync(not_enough, visit, target)
        callback = parts.addresses.of(request.scope) + CALLBACK
        client = await to_thread.run_sync(provider)
        try:
            address, secret = await client.start(request, callback, target)
        except SignInFailed as error:
            return await to_thread.run_sync(_failed, visit, error.message)
        response = redirect(address)
        visit.set_cookie(response, PENDING, secret, SECONDS)
        return response

    async def finish(request: Request) -> Response:
        visit = visit_of(parts, request, None)
        secret = cookie(request.scope, parts.addresses.cookie(request.scope, PENDING))
        client = await to_thread.run_sync(provider)
        try:
            claims, target = await client.finish(request, secret)
            response = await to_thread.run_sync(_signed_in, visit, admission, claims, safe_next(target))
        except SignInFailed as error:
            response = await to_thread.run_sync(_failed, visit, error.message)
        visit.set_cookie(response, PENDING, None, 0)
        return response

    return [Route("/-/login", start), Route(CALLBACK, finish)]


def _signed_in(visit: Visit, admission: Admission, claims: Claims, target: str) -> Response:
    return visit.sign_in(admission.of_sign_in(claims), target, how="provider")


def _failed(visit: Visit, sentence: str) -> Response:
    visit.note("sign_in_failed", who=None)
    again = element("a", "Try again", href="/-/login", class_="btn btn-primary")
    wiki = element("a", "To the wiki", href="/", class_="btn")
    return visit.page(
        "Sign in", card(element("p", "You are not signed in."), again, wiki), problem=sentence, status=400
    )
