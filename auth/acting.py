"""Who acts, while a request is answered: for what is written down far from the request."""

from contextvars import ContextVar
from dataclasses import dataclass

from auth.doors import Door
from auth.principal import Principal


@dataclass(frozen=True)
class Refusal:
    """What was refused inside an answer whose HTTP status says nothing of it: a tool's "no" is a 200."""

    code: str
    operation: str
    pages: tuple[str, ...] = ()
    agent: str | None = None


@dataclass
class Acting:
    """The request's principal, door and id; `operation` is set by whoever knows it, a name of
    auth.policy.OPERATIONS, and `refusal` by whoever says no."""

    principal: Principal
    door: Door
    request_id: str | None
    operation: str | None = None
    refusal: Refusal | None = None


acting: ContextVar[Acting | None] = ContextVar("wikibot_acting", default=None)
"""Threads that are started for a request see it too."""


def note_operation(operation: str) -> None:
    """What the request turned out to be."""
    now = acting.get()
    if now is not None:
        now.operation = operation


def note_refusal(refusal: Refusal) -> None:
    """The first "no" of a request stands in the audit log."""
    now = acting.get()
    if now is not None and now.refusal is None:
        now.refusal = refusal
