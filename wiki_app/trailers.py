"""The lines at the end of a commit's message that say by whom and through what it came (DECISIONS 14, 15).

The author of a commit is a person; the agent that acted for them, its client, the request and the key of
a write stand here, as git's own trailers do.
"""

import re
from typing import NamedTuple

_TRAILER = re.compile(r"(Agent|Client|Request-Id|Idempotency-Key): (.*)")
_ONCE = re.compile(r"([0-9a-f]{32}) ([0-9a-f]{32})")


class Once(NamedTuple):
    """A write's key and what was asked under it, both as hashes (32 hex digits)."""

    key: str
    body: str


class Attributed(NamedTuple):
    """A commit's message taken apart; `message` is without the trailers and git's last newline."""

    message: str
    agent: str | None = None
    client: str | None = None
    request_id: str | None = None
    once: Once | None = None


def attribute(message: str) -> Attributed:
    """Takes our trailers off a message."""
    text, _, last = message.rstrip().rpartition("\n\n")
    found = [_TRAILER.fullmatch(line) for line in last.split("\n")]
    if not text or not all(found):
        return Attributed(message.rstrip())
    values = {match.group(1): match.group(2) for match in found if match}
    once = _ONCE.fullmatch(values.get("Idempotency-Key", ""))
    return Attributed(
        text,
        values.get("Agent"),
        values.get("Client"),
        values.get("Request-Id"),
        Once(once.group(1), once.group(2)) if once else None,
    )


def attributed(message: str, trailers: Attributed) -> str:
    """The message with the trailers that are known; as it was without any."""
    values = {
        "Agent": trailers.agent,
        "Client": trailers.client,
        "Request-Id": trailers.request_id,
        "Idempotency-Key": " ".join(trailers.once) if trailers.once else None,
    }
    lines = [
        f"{name}: {' '.join(value.split())}" for name, value in values.items() if value and value.strip()
    ]
    return f"{message.rstrip()}\n\n" + "\n".join(lines) + "\n" if lines else message
