"""Things that count once and not for long: a request for access that waits for a person's answer, a sign-in
under way, a link for a new password, the code of the first start.
"""

import json
from typing import Any, Literal

from auth.secret import digest
from auth.storage.database import Database

Kind = Literal["authorization", "sign_in", "reset", "first_run"]


class OneTime:
    """Data by a secret, until it is taken or has expired."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: Kind, secret: str, data: dict[str, Any], *, seconds: float) -> None:
        """Keep `data` (JSON-able); another of the same kind and secret is replaced."""
        expires = self._database.now() + seconds
        with self._database.write() as connection:
            row = (digest(kind + secret), kind, json.dumps(data), expires)
            connection.execute("INSERT OR REPLACE INTO one_time VALUES (?, ?, ?, ?)", row)

    def look(self, kind: Kind, secret: str) -> dict[str, Any] | None:
        """The data, which stays."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT data FROM one_time WHERE hash = ? AND expires > ?",
                (digest(kind + secret), self._database.now()),
            ).fetchone()
        return _data(row)

    def take(self, kind: Kind, secret: str) -> dict[str, Any] | None:
        """The data, for one caller only."""
        with self._database.write() as connection:
            row = connection.execute(
                "DELETE FROM one_time WHERE hash = ? AND expires > ? RETURNING data",
                (digest(kind + secret), self._database.now()),
            ).fetchone()
        return _data(row)

    def drop_all(self, kind: Kind) -> None:
        """Forget all of one kind."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM one_time WHERE kind = ?", (kind,))


def _data(row: tuple[str] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    found: dict[str, Any] = json.loads(row[0])
    return found
