"""Who acts, while a request is answered: for what is written down far from the request."""

from contextvars import ContextVar
from dataclasses import dataclass

from auth.doors import Door
from auth.principal import Principal


@dataclass
class Acting:
    """The request's principal, door and id; `operation` is set by whoever knows it, a name of
    auth.policy.OPERATIONS."""

    principal: Principal
    door: Door
    request_id: str | None
    operation: str | None = None


acting: ContextVar[Acting | None] = ContextVar("wikibot_acting", default=None)
"""Threads that are started for a request see it too."""


def note_operation(operation: str) -> None:
    """What the request turned out to be."""
    now = acting.get()
    if now is not None:
        now.operation = operation
