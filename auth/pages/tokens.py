"""One's own personal access tokens: make, list, revoke."""

from datetime import UTC, datetime

from starlette.responses import Response

from auth.errors import AuthError
from auth.pages.html import Html, button, card, element, field, joined, table
from auth.pages.visit import Visit, redirect
from auth.scopes import ALL_SCOPES, READ
from auth.storage.tokens import PersonalToken

PATH = "/-/auth/tokens"
DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "": "never"}
HEADS = ("Name", "May", "Pages", "Last used", "Ends", "")


def show_tokens(visit: Visit) -> Response:
    """The list, and the form for another one."""
    return visit.page("Tokens", _list(visit), _form(visit))


def make_token(visit: Visit) -> Response:
    """Make one and show it, this once. The answer is the page itself: the secret is in no address."""
    account = visit.account
    assert account is not None
    reads_only = visit.form.get("may") == "read"
    days = visit.form.get("days", "")
    try:
        secret = visit.parts.tokens.create(
            account.email,
            visit.form.get("name", ""),
            scopes=(READ,) if reads_only else ALL_SCOPES,
            path_prefix=visit.form.get("path", ""),
            days=float(days) if days in DAYS and days else None,
        )
    except AuthError as error:
        return visit.page("Tokens", _form(visit), _list(visit), problem=error.message, status=422)
    visit.note("token_made", token=visit.form.get("name", "")[:100])
    shown = card(
        element("h2", "Your new token"),
        element("p", "Copy it now; it is not shown again."),
        element("code", secret, class_="secret", tabindex=0),
    )
    return visit.page("Tokens", shown, _list(visit), status=201)


def revoke_token(visit: Visit) -> Response:
    """It counts no more."""
    account = visit.account
    assert account is not None
    number = visit.form.get("number", "")
    if number.isdigit() and visit.parts.tokens.revoke(int(number), account.email):
        visit.note("token_revoked", token=int(number))
    return redirect(PATH)


def _list(visit: Visit) -> Html:
    account = visit.account
    assert account is not None
    found = visit.parts.tokens.all(account.email)
    if not found:
        return card(element("p", "You have no tokens.", class_="muted"))
    return card(table(HEADS, [_row(visit, token) for token in found]))


def _row(visit: Visit, token: PersonalToken) -> list[object]:
    ends = day(token.expires) if token.expires else "never"
    revoke = button("Revoke", small=True, aria_label=f"Revoke {token.name}")
    return [
        token.name,
        may(token.scopes),
        f"below {token.path_prefix}" if token.path_prefix else "all",
        day(token.last_used) if token.last_used else "never",
        ends,
        visit.send(f"{PATH}/revoke", revoke, number=str(token.id)),
    ]


def _form(visit: Visit) -> Html:
    options = (element("option", label, value=days) for days, label in DAYS.items())
    radios = [
        _radio("write", "Read and write", checked=True),
        _radio("read", "Read only", checked=False),
    ]
    return card(
        element("h2", "Make a token"),
        visit.send(
            PATH,
            field("Name", "name", hint="What it is for.", required=True, maxlength=100),
            element("fieldset", element("legend", "It may"), *radios),
            field("Only pages below", "path", hint="A path such as team/plans; empty for the whole wiki."),
            element("label", "It ends after", for_="days"),
            element("select", *options, id="days", name="days"),
            button("Make it", primary=True),
        ),
    )


def _radio(value: str, label: str, *, checked: bool) -> Html:
    name = f"may-{value}"
    knob = element("input", type="radio", name="may", value=value, id=name, checked=checked)
    return element("div", joined([knob, element("label", label, for_=name)]), class_="check")


def may(scopes: tuple[str, ...]) -> str:
    """What scopes mean to a person."""
    return "read" if tuple(scopes) == (READ,) else "read and write"


def day(seconds: float) -> str:
    """The date, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
