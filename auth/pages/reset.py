"""A new password by a link that an administrator made: the wiki may have no mail server."""

from starlette.responses import Response

from auth.identities import Refused
from auth.pages.account import new_password, password_fields
from auth.pages.html import button, card, element
from auth.pages.visit import Visit, redirect, refusal
from auth.secret import RESET, new_secret

SECONDS = 24 * 3_600.0
PATH = "/-/auth/reset/"
GONE = Refused("This link was used or is too old: ask the administrator for another one.", 404, "not_found")


def reset_link(visit: Visit, email: str) -> str:
    """A link that sets a new password, once, within a day."""
    secret = new_secret(RESET)
    visit.parts.once.put("reset", secret, {"account": email}, seconds=SECONDS)
    visit.note("reset_link_made", account=email)
    return f"{visit.parts.addresses.of(visit.scope)}{PATH}{secret}"


def show_reset(visit: Visit) -> Response:
    """The form, as long as the link counts."""
    found = visit.parts.once.look("reset", _secret(visit))
    return refusal(visit, GONE) if found is None else _form(visit, found["account"], None)


def reset(visit: Visit) -> Response:
    """Set the password; every session of the account ends."""
    secret = _secret(visit)
    found = visit.parts.once.look("reset", secret)
    if found is None or visit.parts.people.find(found["account"]) is None:
        return refusal(visit, GONE)
    problem = new_password(visit, found["account"])
    if problem:
        return _form(visit, found["account"], problem)
    visit.parts.once.take("reset", secret)
    visit.note("password_changed", who=found["account"])
    return redirect("/-/login")


def _form(visit: Visit, email: str, problem: str | None) -> Response:
    form = visit.send(
        visit.path,
        element("p", f"For the account {email}."),
        password_fields(autofocus=True),
        button("Set the password", primary=True),
    )
    return visit.page("New password", card(form), problem=problem, status=422 if problem else 200)


def _secret(visit: Visit) -> str:
    return str(visit.path).removeprefix(PATH)
