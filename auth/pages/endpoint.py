"""From a request to a Visit: the form is read on the loop, everything else runs in a thread."""

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.gate import COOKIE
from auth.headers import cookie
from auth.identities import Refused
from auth.pages.visit import FORM_COOKIE, Visit, redirect, refusal
from auth.parts import Parts
from auth.principal import Principal

Handler = Callable[[Visit], Response]
Who = Literal["anybody", "account", "admin"]

FOREIGN_FORM = Refused(
    "This form is too old or came from elsewhere: go back, load the page again and repeat.", 403
)
NOT_YOURS = Refused("Only an administrator can do this.", 403)
MOST_FIELDS = 50


def page(
    parts: Parts, path: str, get: Handler | None, post: Handler | None = None, *, who: Who = "anybody"
) -> Route:
    """A route. `who` must be signed in; others are sent to the sign-in, which brings them back."""
    handlers: Mapping[str, Handler] = {
        method: handler for method, handler in (("GET", get), ("POST", post)) if handler is not None
    }

    async def endpoint(request: Request) -> Response:
        form: FormData | None = None
        if request.method == "POST":
            form = await request.form(max_files=0, max_fields=MOST_FIELDS)
        visit = visit_of(parts, request, form)
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        return await to_thread.run_sync(_answer, visit, handler, who, form is not None)

    return Route(path, endpoint, methods=list(handlers))


def visit_of(parts: Parts, request: Request, form: FormData | None) -> Visit:
    """The request as a page sees it; `form` is that of a POST."""
    principal: Principal = request.scope["principal"]
    fields = {name: value for name, value in (form or {}).items() if isinstance(value, str)}
    names = (parts.addresses.cookie(request.scope, name) for name in (COOKIE, FORM_COOKIE))
    session, form_cookie = (cookie(request.scope, name) for name in names)
    return Visit(parts, request.scope, request.query_params, fields, principal, session, form_cookie)


def _answer(visit: Visit, handler: Handler, who: Who, is_form: bool) -> Response:
    if who != "anybody" and visit.account is None:
        if is_form:
            return refusal(visit, FOREIGN_FORM)
        query = visit.scope["query_string"].decode("latin-1")
        back = quote(f"{visit.path}?{query}" if query else visit.path, safe="/")
        return redirect(f"/-/login?next={back}")
    if who == "admin" and not (visit.account and visit.account.admin):
        return refusal(visit, NOT_YOURS)
    if is_form and not visit.is_honest:
        return refusal(visit, FOREIGN_FORM)
    return handler(visit)
