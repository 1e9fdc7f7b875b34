"""Commit messages (REST.md), with the trailers behind them."""

from dataclasses import fields, replace

from wiki_app.catalog import Change
from wiki_app.errors import InvalidInput
from wiki_app.names import shown
from wiki_app.pages.shapes import Actor, Revision
from wiki_app.pages.texts import check_message
from wiki_app.trailers import Attributed, Once, attribute, attributed


def compose(given: str | None, usual: str, actor: Actor, once: Once | None = None) -> str:
    """The whole message of a commit: the one given, verbatim, else the usual one; then the trailers, when
    an agent, a client or a key is known. Raises InvalidInput.
    """
    message = given if given and given.strip() else f"[api] {shown(usual)}"
    check_message(message)
    if attribute(message) != Attributed(message.rstrip()):
        raise InvalidInput(
            "commit_message ends in lines such as 'Agent: …', which the wiki writes itself: leave them out."
        )
    if actor.agent is None and actor.client is None and once is None:
        return message
    return attributed(message, Attributed(message, actor.agent, actor.client, actor.request_id, once))


def revision_of(change: Change) -> Revision:
    """The same change with its message taken apart."""
    found = attribute(change.commit.message)
    known = {field.name: getattr(change, field.name) for field in fields(Change)}
    commit = replace(change.commit, message=found.message)
    return Revision(**(known | {"commit": commit, "agent": found.agent, "client": found.client}))
