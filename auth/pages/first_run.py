"""The first account, made in the browser: on this machine only, and with the code that the start printed.

Whoever reaches the address first must not be the administrator by that alone.
"""

import hmac
import secrets

from starlette.responses import Response

from auth.errors import AuthError
from auth.identities import Refused
from auth.pages.account import password_fields
from auth.pages.html import button, card, element, field
from auth.pages.visit import Visit, refusal
from auth.secret import digest
from auth.storage import OneTime
from auth.storage.attempts import FIRST_RUN

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 12
SECONDS = 7 * 86_400.0
SLOT = "the code"
PATH = "/-/auth/first-run"
CLOSED = Refused("The first account is there already, or this wiki is not on this machine alone.", 404)


def make_code(once: OneTime) -> str:
    """A new code for this start; the one of an earlier start counts no more."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    once.put("first_run", SLOT, {"code": digest(code)}, seconds=SECONDS)
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def show_first_run(visit: Visit) -> Response:
    """The form, while nobody has an account."""
    return _form(visit) if _open(visit) else refusal(visit, CLOSED)


def first_run(visit: Visit) -> Response:
    """Make the administrator's account and sign in with it."""
    if not _open(visit):
        return refusal(visit, CLOSED)
    attempts = visit.parts.attempts
    if attempts.wait("first run", FIRST_RUN):
        return _form(visit, "Too many wrong codes: wait some minutes.", 429)
    if not _is_code(visit):
        attempts.note("first run")
        return _form(visit, "This is not the code that the last start printed.", 403)
    if visit.form.get("password") != visit.form.get("again"):
        return _form(visit, "The two passwords differ.", 422)
    try:
        account = visit.parts.people.add(
            visit.form.get("name", ""),
            visit.form.get("email", ""),
            visit.form.get("password", ""),
            admin=True,
        )
    except AuthError as error:
        return _form(visit, error.message, 422)
    visit.parts.once.take("first_run", SLOT)
    visit.note("account_added", account=account.email, who=account.email)
    return visit.sign_in(account, "/", how="first account")


def _open(visit: Visit) -> bool:
    return visit.parts.first_run and not visit.parts.people.exist()


def _is_code(visit: Visit) -> bool:
    kept = visit.parts.once.look("first_run", SLOT)
    given = visit.form.get("code", "").replace("-", "").replace(" ", "").upper()
    return kept is not None and hmac.compare_digest(digest(given), str(kept["code"]))


def _form(visit: Visit, problem: str | None = None, status: int = 200) -> Response:
    values = {name: visit.form.get(name, "") for name in ("code", "name", "email")}
    form = visit.send(
        PATH,
        element("p", "It becomes the administrator's. From then on everybody signs in."),
        field(
            "Code",
            "code",
            value=values["code"],
            hint="The one that wikibot serve printed in the terminal.",
            required=True,
            autocomplete="off",
            autofocus=True,
        ),
        field("Name", "name", value=values["name"], hint="As it stands in the history.", required=True),
        field("Email address", "email", kind="email", value=values["email"], required=True),
        password_fields(),
        button("Make the account", primary=True),
    )
    return visit.page("The first account", card(form), problem=problem, status=status)
