"""The agents that one has let in: what each may do, when it was last here, and the way out."""

from starlette.responses import Response

from auth.pages.html import Html, button, card, element, table
from auth.pages.tokens import day, may
from auth.pages.visit import Visit, redirect
from auth.storage.grants import Family

PATH = "/-/auth/agents"
HEADS = ("Agent", "May", "Since", "Last used", "")


def show_agents(visit: Visit) -> Response:
    """The list."""
    account = visit.account
    assert account is not None
    found = visit.parts.grants.all(account.email)
    if not found:
        address = f"{visit.parts.addresses.of(visit.scope)}/mcp"
        hint = element("p", "No agent is connected. Give an agent this address: ", element("code", address))
        return visit.page("Connected agents", card(hint))
    return visit.page("Connected agents", card(table(HEADS, [_row(visit, family) for family in found])))


def end_agent(visit: Visit) -> Response:
    """The agent is cut off at once."""
    account = visit.account
    assert account is not None
    number = visit.form.get("number", "")
    if number.isdigit() and visit.parts.grants.end(int(number), account.email):
        visit.note("grant_ended", grant=int(number))
    return redirect(PATH)


def _row(visit: Visit, family: Family) -> list[object]:
    cut: Html = button("Disconnect", small=True, aria_label=f"Disconnect {family.client_name}")
    return [
        family.client_name,
        may(family.scopes),
        day(family.created),
        day(family.last_used) if family.last_used else "never",
        visit.send(f"{PATH}/end", cut, number=str(family.id)),
    ]
