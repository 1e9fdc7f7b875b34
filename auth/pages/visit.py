"""One request to a page of ours, and the answers that it can get."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from auth.gate import COOKIE
from auth.headers import cookie
from auth.identities import Refused
from auth.pages.forms import form_token, is_form_token
from auth.pages.html import Html, alert, button, card, document, element, joined
from auth.parts import Parts
from auth.principal import Principal
from auth.sources import Account

FORM_COOKIE = "wikibot-form"
FORM_FIELD = "form_token"


@dataclass(frozen=True)
class Visit:
    """`form` has the fields of a POST, one value each; `session` is the cookie's secret."""

    parts: Parts
    scope: Scope
    query: QueryParams
    form: Mapping[str, str]
    principal: Principal
    session: str | None
    form_cookie: str | None
    new_form_cookie: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @cached_property
    def account(self) -> Account | None:
        """Who is signed in."""
        return self.parts.people.find(self.principal.email) if self.principal.via == "session" else None

    @property
    def client(self) -> str:
        """The address of the caller."""
        return str((self.scope.get("client") or ("unknown",))[0])

    @property
    def path(self) -> str:
        """The request's path."""
        return str(self.scope["path"])

    @property
    def is_honest(self) -> bool:
        """Whether the form came from a page that we made for this browser."""
        return is_form_token(self.form.get(FORM_FIELD, ""), self._bound_to)

    @property
    def _bound_to(self) -> str:
        if self.account is not None and self.session:
            return self.session
        return self.form_cookie or self.new_form_cookie

    def send(self, action: str, /, *children: object, **hidden: str) -> Html:
        """A form to `action`, with its token and hidden fields."""
        fields = {FORM_FIELD: form_token(self._bound_to), **hidden}
        inputs = [element("input", type="hidden", name=name, value=value) for name, value in fields.items()]
        return element("form", *inputs, *children, method="post", action=action)

    def page(
        self, title: str, *body: object, status: int = 200, problem: str | None = None, to: str | None = None
    ) -> Response:
        """A page; `problem` goes before the rest. `to` is a redirect URI that its form may end at."""
        warned = (alert(problem), *body) if problem else body
        content = document(
            title,
            joined(warned),
            self.parts.look(),
            mode=cookie(self.scope, "halfmoon_preferredMode"),
            links=self._links(),
        )
        response = HTMLResponse(content, status, headers=_headers(to))
        if self.form_cookie is None and self.account is None:
            self._set(response, FORM_COOKIE, self.new_form_cookie, None)
        return response

    def sign_in(self, account: Account, to: str, *, how: str) -> Response:
        """Start a session, always a new one, and go on; what the browser brought before ends."""
        if self.session:
            self.parts.sessions.end(self.session)
        secret = self.parts.sessions.start(account.email)
        self.parts.people.accounts.seen(account.email)
        self.note("sign_in", who=account.email, how=how)
        response = redirect(to)
        self._set(response, COOKIE, secret, int(self.parts.sessions.seconds))
        self._delete(response, FORM_COOKIE)
        return response

    def signed_out(self, to: str) -> Response:
        """Go on without the cookie."""
        response = redirect(to)
        self._delete(response, COOKIE)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def note(self, event: str, **fields: object) -> None:
        """An entry of the audit log, with who did it and where."""
        who = fields.pop("who", self.principal.subject)
        self.parts.audit.note(
            event,  # type: ignore[arg-type]  # the callers' literals
            who=who,
            door="browser",
            address=self.client,
            request_id=self.scope.get("request_id"),
            **fields,
        )

    def set_cookie(self, response: Response, name: str, value: str | None, seconds: int) -> None:
        """A cookie of ours; None takes it back."""
        if value is None:
            self._delete(response, name)
        else:
            self._set(response, name, value, seconds)

    def _links(self) -> dict[str, str]:
        if self.account is None:
            return {}
        links = {"/-/auth/account": self.account.name, "/-/auth/tokens": "Tokens", "/-/auth/agents": "Agents"}
        if self.account.admin:
            links["/-/auth/accounts"] = "Accounts"
        return links | {"/-/logout": "Sign out"}

    def _set(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        response.set_cookie(
            self.parts.addresses.cookie(self.scope, name),
            value,
            max_age=seconds,
            path="/",
            secure=self.parts.addresses.is_secure(self.scope),
            httponly=True,
            samesite="lax",
        )

    def _delete(self, response: Response, name: str) -> None:
        response.delete_cookie(
            self.parts.addresses.cookie(self.scope, name),
            path="/",
            secure=self.parts.addresses.is_secure(self.scope),
            httponly=True,
            samesite="lax",
        )


def redirect(to: str) -> Response:
    """Go there with GET. What follows a sign-in is never kept by anybody."""
    return RedirectResponse(to, 303, headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})


def refusal(visit: Visit, refused: Refused) -> Response:
    """A page that says no."""
    back = element("a", "To the wiki", href="/", class_="btn")
    return visit.page("Not possible", card(element("p", refused.reason), back), status=refused.status)


def confirm(visit: Visit, action: str, sentence: str, label: str, **hidden: str) -> Html:
    """A question with one button."""
    return card(visit.send(action, element("p", sentence), button(label, primary=True), **hidden))


def _headers(to: str | None) -> dict[str, str]:
    # Browsers hold the redirect that follows a form against form-action too, so the client's is named.
    target = f" {_source(to)}" if to else ""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
        f"base-uri 'none'; form-action 'self'{target}; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def _source(uri: str) -> str:
    """A redirect URI as a source expression (CSP 3 section 2.3.1)."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
