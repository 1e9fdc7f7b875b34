"""Shall this agent act in your name? Asked of a person who is signed in, for one request, once.

Names that a client gave itself prove nothing; the host that the answer goes to is what is shown first (MCP,
security best practices: consent).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import Response

from auth.identities import Refused
from auth.pages.html import Html, button, card, element, joined
from auth.pages.tokens import may
from auth.pages.visit import Visit, redirect, refusal
from auth.redirects import answer_uri, is_loopback_uri
from auth.scopes import READ, known

PATH = "/-/oauth/consent"
GONE = Refused("This request is too old or was answered already: start again in the agent.", 400)


def show_consent(visit: Visit) -> Response:
    """The question."""
    asked = visit.parts.once.look("authorization", visit.query.get("txn", ""))
    if asked is None:
        return refusal(visit, GONE)
    return visit.page("Connect an agent", _question(visit, asked), to=asked["redirect_uri"])


def consent(visit: Visit) -> Response:
    """The answer goes back to the agent; its code is good for a minute."""
    txn = visit.form.get("txn", "")
    asked = visit.parts.once.take("authorization", txn)
    if asked is None or visit.account is None:
        return refusal(visit, GONE)
    decided: dict[str, Callable[[Visit, dict[str, Any]], str]] = {"allow": _allow, "read": _allow}
    return redirect(decided.get(visit.form.get("answer", ""), _deny)(visit, asked))


def _allow(visit: Visit, asked: dict[str, Any]) -> str:
    assert visit.account is not None
    scopes = known(asked["scopes"])
    if visit.form.get("answer") == "read":
        scopes = (READ,)
    code = visit.parts.grants.allow(
        client=asked["client"],
        client_name=asked["name"],
        account=visit.account.email,
        scopes=scopes,
        resource=asked["resource"],
        challenge=asked["challenge"],
        redirect_uri=asked["redirect_uri"],
        redirect_given=asked["redirect_given"],
    )
    visit.parts.clients.used(asked["client"])
    visit.note("grant", agent=asked["name"], client=asked["client"], scopes=list(scopes))
    return _back(visit, asked, code=code)


def _deny(visit: Visit, asked: dict[str, Any]) -> str:
    visit.note("grant_refused", agent=asked["name"], client=asked["client"])
    return _back(visit, asked, error="access_denied")


def _back(visit: Visit, asked: dict[str, Any], **answer: str) -> str:
    return answer_uri(
        asked["redirect_uri"], state=asked["state"], iss=visit.parts.addresses.of(visit.scope), **answer
    )


def _question(visit: Visit, asked: dict[str, Any]) -> Html:
    account = visit.account
    assert account is not None
    uri = asked["redirect_uri"]
    wanted = may(tuple(asked["scopes"]))
    buttons = [button("Allow", primary=True, name="answer", value="allow")]
    if wanted != "read":
        buttons.append(button("Allow reading only", name="answer", value="read"))
    buttons.append(button("Refuse", name="answer", value="deny"))
    facts = {
        "It goes to": element("strong", _host(uri)),
        "It calls itself": asked["name"],
        "It asks to": f"{wanted} pages",
        "In the name of": f"{account.name} ({account.email})",
    }
    shown = [part for name, value in facts.items() for part in (element("dt", name), element("dd", value))]
    return card(
        element("p", "An agent asks to act on this wiki in your name."),
        element("dl", *shown),
        _warning(uri),
        element("p", "It never gets your password, and you can disconnect it at any time.", class_="muted"),
        visit.send(PATH, joined(buttons), txn=visit.query.get("txn", "")),
    )


def _warning(uri: str) -> Html | None:
    if not is_loopback_uri(uri):
        return None
    sentence = (
        "The answer goes to a program on the machine in front of you. Allow it only if you have just started "
        "that program yourself: its name proves nothing."
    )
    return element("p", sentence, class_="alert alert-danger")


def _host(uri: str) -> str:
    parts = urlsplit(uri)
    return (
        parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}: (a program on this machine)"
    )
