"""Who did what, and who was refused: audit.jsonl, one JSON object a line.

Secrets never come here: who writes an entry hands over names and numbers only.
"""

import json
import os
from pathlib import Path
from typing import Literal

from auth.clock import Clock, utc_now

Event = Literal[
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "grant",
    "grant_refused",
    "grant_ended",
    "token_made",
    "token_revoked",
    "password_changed",
    "reset_link_made",
    "account_added",
    "account_changed",
    "account_removed",
    "refused",
    "write",
]


class AuditLog:
    """Appends to a file that only its owner reads. Lines of several processes do not mix: each is one
    write of less than a page (POSIX, O_APPEND)."""

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self._path = path
        self._clock = clock

    def note(self, event: Event, **fields: object) -> None:
        """Write one entry; fields that are None are left out."""
        known = {name: value for name, value in fields.items() if value is not None}
        line = {"time": self._clock().isoformat(timespec="milliseconds"), "event": event, **known}
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, json.dumps(line, default=str).encode() + b"\n")
        finally:
            os.close(handle)
