"""Commit messages (REST.md) and the trailers behind them (DECISIONS 15)."""

import re
from dataclasses import fields, replace
from typing import NamedTuple

from wiki_app.catalog import Change
from wiki_app.names import shown
from wiki_app.pages.shapes import Actor, Revision
from wiki_app.pages.texts import check_message

_TRAILERS = {"Agent": "agent", "Client": "client", "Request-Id": "request_id"}
_TRAILER = re.compile(r"(Agent|Client|Request-Id): (.*)")


class Attributed(NamedTuple):
    """A commit's message taken apart."""

    message: str
    agent: str | None
    client: str | None


def compose(given: str | None, usual: str, actor: Actor) -> str:
    """The whole message of a commit: the one given, verbatim, else the usual one; then the trailers, when
    an agent or a client is known. Raises InvalidInput.
    """
    message = given if given and given.strip() else f"[api] {shown(usual)}"
    check_message(message)
    if actor.agent is None and actor.client is None:
        return message
    values = ((name, getattr(actor, field)) for name, field in _TRAILERS.items())
    trailers = [f"{name}: {' '.join(str(value).split())}" for name, value in values if value]
    return f"{message.rstrip()}\n\n" + "\n".join(trailers) + "\n"


def attribute(message: str) -> Attributed:
    """Takes our trailers off a message, and the newline that git ends it with."""
    text, _, last = message.rstrip().rpartition("\n\n")
    found = [_TRAILER.fullmatch(line) for line in last.split("\n")]
    if not text or not all(found):
        return Attributed(message.rstrip(), None, None)
    values = {match.group(1): match.group(2) for match in found if match}
    return Attributed(text, values.get("Agent"), values.get("Client"))


def revision_of(change: Change) -> Revision:
    """The same change with its message taken apart."""
    message, agent, client = attribute(change.commit.message)
    known = {field.name: getattr(change, field.name) for field in fields(Change)}
    commit = replace(change.commit, message=message)
    return Revision(**(known | {"commit": commit, "agent": agent, "client": client}))
