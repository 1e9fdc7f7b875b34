"""Sign in with the wiki's own accounts; sign out, here or everywhere."""

from starlette.responses import Response

from auth.pages.forms import safe_next
from auth.pages.html import Html, button, card, element, field, joined
from auth.pages.visit import Visit, redirect
from auth.storage.attempts import SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS

WRONG = "This address and password do not belong together."
FIRST = "/-/auth/first-run"


def show_sign_in(visit: Visit) -> Response:
    """The form; who is signed in already goes on."""
    target = safe_next(visit.query.get("next"))
    if visit.principal.via == "owner":
        return _owner(visit)
    if visit.account is not None:
        return not_enough(visit, target)
    return visit.page("Sign in", _form(visit, target))


def sign_in(visit: Visit) -> Response:
    """Check the password, with a bound on how often."""
    email, target = visit.form.get("email", "").strip().lower(), safe_next(visit.form.get("next"))
    account_bucket, address_bucket = f"sign-in {visit.client} {email}", f"sign-in {visit.client}"
    attempts = visit.parts.attempts
    wait = max(attempts.wait(account_bucket, SIGN_IN_ACCOUNT), attempts.wait(address_bucket, SIGN_IN_ADDRESS))
    if wait:
        return _later(visit, email, target, wait)
    account = visit.parts.people.check(email, visit.form.get("password", ""))
    if account is None:
        attempts.note(account_bucket, address_bucket)
        visit.note("sign_in_failed", who=None, account=email[:128])
        return visit.page("Sign in", _form(visit, target, email), problem=WRONG, status=401)
    attempts.clear(account_bucket)
    return visit.sign_in(account, target, how="password")


def show_sign_out(visit: Visit) -> Response:
    """Ask first: a link on a foreign page must not sign anybody out."""
    if visit.account is None:
        return redirect("/")
    count = visit.parts.sessions.count(visit.account.email)
    return visit.page(
        "Sign out",
        card(
            element("p", f"You are signed in as {visit.account.name} ({visit.account.email})."),
            visit.send("/-/logout", button("Sign out", primary=True, autofocus=True)),
            visit.send("/-/logout", button(f"Sign out everywhere ({count})"), everywhere="yes"),
        ),
    )


def sign_out(visit: Visit) -> Response:
    """End this session, or all of the account's."""
    if visit.account is not None and visit.session:
        everywhere = bool(visit.form.get("everywhere"))
        if everywhere:
            visit.parts.sessions.end_all(visit.account.email)
        visit.parts.sessions.end(visit.session)
        visit.note("sign_out", everywhere=everywhere or None)
    return visit.signed_out("/")


def _form(visit: Visit, target: str, email: str = "") -> Html:
    first = None
    if not visit.parts.people.exist():
        first = element("p", "Nobody has an account yet.", class_="muted")
    return card(
        visit.send(
            "/-/login",
            field(
                "Email address",
                "email",
                kind="email",
                value=email,
                required=True,
                autocomplete="username",
                autofocus=not email,
            ),
            field(
                "Password",
                "password",
                kind="password",
                required=True,
                autocomplete="current-password",
                autofocus=bool(email),
            ),
            button("Sign in", primary=True),
            next=target,
        ),
        first,
        element("p", "Forgotten? An administrator can make a link for a new password.", class_="muted"),
    )


def _later(visit: Visit, email: str, target: str, wait: int) -> Response:
    minutes = -(-wait // 60)
    sentence = f"Too many tries. Wait {minutes} minute{'s' if minutes > 1 else ''}, then try again."
    response = visit.page("Sign in", _form(visit, target, email), problem=sentence, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def not_enough(visit: Visit, target: str) -> Response:
    """Otter Wiki sends people here when their rights do not reach: going back would go round in circles."""
    account = visit.account
    assert account is not None
    if visit.query.get("next") is None:
        return redirect("/-/auth/account")
    rights = visit.parts.rights.rights_of(account.email)
    if "READ" in rights and not target.startswith("/-/"):
        return redirect(target)
    waiting = "Your account waits for an administrator's approval. " if not account.approved else ""
    return visit.page(
        "Not allowed",
        card(
            joined(
                [
                    element("p", f"{waiting}{account.name} ({account.email}) may not see this page."),
                    element("a", "Your account", href="/-/auth/account", class_="btn"),
                    element("a", "To the wiki", href="/", class_="btn"),
                ]
            )
        ),
        status=403,
    )


def _owner(visit: Visit) -> Response:
    first = element("a", "Make the first account", href=FIRST, class_="btn btn-primary")
    return visit.page(
        "No sign-in needed",
        card(
            element(
                "p",
                "This wiki has no accounts: whoever uses this machine is its owner. "
                "With the first account everybody signs in.",
            ),
            first if visit.parts.first_run else None,
            element("a", "To the wiki", href="/", class_="btn"),
        ),
    )
