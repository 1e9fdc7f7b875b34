"""Programs that registered to ask for access (RFC 7591). Their secrets, where they want one, are ours to
check by comparison, so the record is kept whole; it opens nothing by itself.
"""

import json
from typing import Any

from auth.storage.database import Database

UNUSED_DAYS = 90
DAY = 86_400.0
MOST = 5_000
"""Registrations kept; the hosted clients register anew for every connection."""


class Clients:
    """The table of them; `metadata` is the JSON of the client information response."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, identifier: str, metadata: dict[str, Any]) -> bool:
        """False when there are too many; those without a grant are dropped after UNUSED_DAYS."""
        now = self._database.now()
        with self._database.write() as connection:
            connection.execute("DELETE FROM client WHERE last_used < ?", (now - UNUSED_DAYS * DAY,))
            if connection.execute("SELECT count(*) FROM client").fetchone()[0] >= MOST:
                return False
            connection.execute(
                "INSERT INTO client VALUES (?, ?, ?, ?)", (identifier, json.dumps(metadata), now, now)
            )
            return True

    def find(self, identifier: str) -> dict[str, Any] | None:
        """The metadata as it was registered."""
        with self._database.read() as connection:
            row = connection.execute("SELECT metadata FROM client WHERE id = ?", (identifier,)).fetchone()
        if row is None:
            return None
        found: dict[str, Any] = json.loads(row[0])
        return found

    def used(self, identifier: str) -> None:
        """Somebody was asked on behalf of this client, or it fetched tokens."""
        with self._database.write() as connection:
            connection.execute(
                "UPDATE client SET last_used = ? WHERE id = ?", (self._database.now(), identifier)
            )
