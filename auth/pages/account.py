"""One's own account: what it may do, and a new password."""

from starlette.responses import Response

from auth.errors import AuthError
from auth.pages.html import Html, alert, button, card, element, field, joined
from auth.pages.visit import Visit, redirect
from auth.people import SHORTEST_PASSWORD
from auth.storage.attempts import SIGN_IN_ACCOUNT

HINT = f"{SHORTEST_PASSWORD} characters or more."


def show_account(visit: Visit) -> Response:
    """Who one is here, and where to go from here."""
    account = visit.account
    assert account is not None
    rights = ", ".join(sorted(visit.parts.rights.rights_of(account.email))) or "none yet"
    facts = element(
        "dl",
        *(element("dt", "Name"), element("dd", account.name)),
        *(element("dt", "Email address"), element("dd", account.email)),
        *(element("dt", "Rights"), element("dd", rights)),
    )
    done = alert("The password is changed; all other sessions are ended.", good=True)
    return visit.page(
        "Your account",
        joined([done if visit.query.get("done") else None, card(facts, _ways(visit)), _change(visit)]),
    )


def change_password(visit: Visit) -> Response:
    """The old password first: a forgotten screen is not enough to take an account over."""
    account = visit.account
    assert account is not None
    bucket = f"password {account.email}"
    wait = visit.parts.attempts.wait(bucket, SIGN_IN_ACCOUNT)
    if wait:
        return _again(visit, "Too many tries: wait some minutes.", 429)
    if account.has_password and not visit.parts.people.check(account.email, visit.form.get("old", "")):
        visit.parts.attempts.note(bucket)
        return _again(visit, "The present password is not right.", 403)
    problem = new_password(visit, account.email, keep=visit.session)
    if problem:
        return _again(visit, problem, 422)
    visit.note("password_changed")
    return redirect("/-/auth/account?done=1")


def new_password(visit: Visit, email: str, *, keep: str | None = None) -> str | None:
    """Set the password of the form's two fields; the answer is what is wrong with them."""
    first, second = visit.form.get("password", ""), visit.form.get("again", "")
    if first != second:
        return "The two passwords differ."
    try:
        visit.parts.people.set_password(email, first, keep=keep)
    except AuthError as error:
        return error.message
    return None


def password_fields(*, autofocus: bool = False) -> Html:
    """A new password, twice."""
    return joined(
        [
            field(
                "New password",
                "password",
                kind="password",
                hint=HINT,
                required=True,
                minlength=SHORTEST_PASSWORD,
                autocomplete="new-password",
                autofocus=autofocus,
            ),
            field("Again", "again", kind="password", required=True, autocomplete="new-password"),
        ]
    )


def _again(visit: Visit, problem: str, status: int) -> Response:
    return visit.page("Your account", _change(visit), problem=problem, status=status)


def _change(visit: Visit) -> Html | None:
    account = visit.account
    assert account is not None
    if not account.has_password:
        return None
    old = field("Present password", "old", kind="password", required=True, autocomplete="current-password")
    return card(
        element("h2", "Change the password"),
        visit.send("/-/auth/password", old, password_fields(), button("Change", primary=True)),
    )


def _ways(visit: Visit) -> Html:
    ways = {
        "/-/auth/tokens": "Tokens for scripts and git",
        "/-/auth/agents": "Connected agents",
        "/-/logout": "Sign out, here or everywhere",
    }
    if visit.account and visit.account.admin:
        ways |= {
            "/-/auth/accounts": "All accounts",
            "/-/admin/permissions_and_registration": "Who may what",
            "/-/admin": "Settings of the wiki",
        }
    return element("ul", *(element("li", element("a", label, href=path)) for path, label in ways.items()))
