"""All accounts, for administrators: approve, set rights, lock, remove, and make links for new passwords."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import Response

from auth.errors import AuthError, InvalidAccount
from auth.identities import Refused
from auth.pages.html import Html, alert, button, card, element, field, joined, table
from auth.pages.reset import reset_link
from auth.pages.visit import Visit, redirect, refusal
from auth.sources import Account

PATH = "/-/auth/accounts"
FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "approved": "Approved",
        "may_read": "Read",
        "may_write": "Write",
        "may_upload": "Attach",
        "admin": "Administrator",
    }
)
HEADS = ("Email address", "Name", "Rights", "State")
_PREFERENCES = element("a", "the wiki's settings", href="/-/admin/permissions_and_registration")
UNKNOWN = Refused("There is no such account.", 404, "not_found")


def show_accounts(visit: Visit) -> Response:
    """The list; with `?email=` one account."""
    email = visit.query.get("email")
    if email is not None:
        return _one(visit, email)
    rows = [_row(visit, account) for account in visit.parts.people.accounts.all()]
    return visit.page(
        "Accounts", card(table(("Email address", "Name", "Rights", "State"), rows)), _new(visit)
    )


def add_account(visit: Visit) -> Response:
    """A new account without a password, and the link to set one."""
    try:
        account = visit.parts.people.add(visit.form.get("name", ""), visit.form.get("email", ""), None)
    except Exception as error:  # noqa: BLE001 - the source's own error says that the address is taken
        sentence = error.message if isinstance(error, AuthError) else "This address has an account already."
        return visit.page("Accounts", _new(visit), problem=sentence, status=422)
    visit.note("account_added", account=account.email)
    return _link(visit, account)


def change_account(visit: Visit) -> Response:
    """One of the forms of an account's page."""
    account = visit.parts.people.accounts.find(visit.form.get("email", ""))
    if account is None:
        return refusal(visit, UNKNOWN)
    action = visit.form.get("action", "")
    if action == "link":
        return _link(visit, account)
    try:
        _do(visit, account, action)
    except Exception as error:  # noqa: BLE001 - both kinds of error carry a sentence
        sentence = getattr(error, "message", "That did not work.")
        return visit.page(account.email, _forms(visit, account), problem=sentence, status=422)
    if action == "remove":
        return redirect(PATH)
    return redirect(f"{PATH}?email={account.email}")


def _do(visit: Visit, account: Account, action: str) -> None:
    people = visit.parts.people
    if action == "rights":
        given = {name: name in visit.form for name in FLAGS}
        people.accounts.change(
            account.email, **{name: on for name, on in given.items() if on != getattr(account, name)}
        )
        visit.note("account_changed", account=account.email, rights=[name for name in given if given[name]])
    elif action in {"disable", "enable"}:
        people.disable(account.email, disabled=action == "disable")
        visit.note("account_changed", account=account.email, locked=action == "disable")
    elif action == "remove":
        if "sure" not in visit.form:
            raise InvalidAccount("Tick the box to remove the account for good.")
        people.remove(account.email)
        visit.note("account_removed", account=account.email)


def _row(visit: Visit, account: Account) -> list[object]:
    rights = ", ".join(sorted(visit.parts.rights.rights_of(account.email))) or "none"
    locked = visit.parts.people.is_disabled(account.email)
    state = "locked" if locked else "approved" if account.approved else "waits for approval"
    return [element("a", account.email, href=f"{PATH}?email={account.email}"), account.name, rights, state]


def _one(visit: Visit, email: str) -> Response:
    account = visit.parts.people.accounts.find(email)
    return refusal(visit, UNKNOWN) if account is None else visit.page(account.email, _forms(visit, account))


def _forms(visit: Visit, account: Account) -> Html:
    boxes = [_box(name, label, checked=getattr(account, name)) for name, label in FLAGS.items()]
    locked = visit.parts.people.is_disabled(account.email)
    lock = ("enable", "Open") if locked else ("disable", "Lock")
    actions = [("link", "Make a link for a new password"), lock]
    held = ", ".join(sorted(visit.parts.rights.rights_of(account.email))) or "nothing"
    return joined(
        [
            card(
                element("h2", account.name),
                visit.send(PATH + "/change", *boxes, button("Save"), email=account.email, action="rights"),
                element(
                    "p", f"May now: {held}. What is ticked adds to what ", _PREFERENCES, " give everybody."
                ),
            ),
            card(
                *(
                    visit.send(PATH + "/change", button(label), email=account.email, action=action)
                    for action, label in actions
                )
            ),
            card(
                element("h2", "Remove the account"),
                visit.send(
                    PATH + "/change",
                    _box(
                        "sure",
                        "Its tokens, agents and sessions end; its pages stay.",
                        checked=False,
                        required=True,
                    ),
                    button("Remove", danger=True),
                    email=account.email,
                    action="remove",
                ),
            ),
        ]
    )


def _box(name: str, label: str, *, checked: bool, required: bool = False) -> Html:
    box = element(
        "input", type="checkbox", name=name, value="yes", id=name, checked=checked, required=required
    )
    return element("div", joined([box, element("label", label, for_=name)]), class_="check")


def _new(visit: Visit) -> Html:
    return card(
        element("h2", "Add an account"),
        visit.send(
            PATH,
            field("Name", "name", required=True),
            field("Email address", "email", kind="email", required=True),
            button("Add", primary=True),
        ),
    )


def _link(visit: Visit, account: Account) -> Response:
    link = reset_link(visit, account.email)
    return visit.page(
        account.email,
        alert("Hand this link on; it sets a new password, once, within a day.", good=True),
        card(
            element("code", link, class_="secret", tabindex=0), element("a", "Back", href=PATH, class_="btn")
        ),
        status=201,
    )
