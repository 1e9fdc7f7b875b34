"""People who are signed in with a browser. The cookie holds a secret; all else is here, so that signing out
ends it, on every machine at once.
"""

from auth.secret import SESSION, digest, new_secret
from auth.storage.database import Database

SECONDS = 7 * 86_400.0


class Sessions:
    """The table of them."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self.seconds = seconds

    def start(self, account: str) -> str:
        """A new session; always a new secret, so that none can be planted before (session fixation)."""
        secret, now = new_secret(SESSION), self._database.now()
        self._database.prune()
        with self._database.write() as connection:
            row = (digest(secret), account, now, now + self.seconds)
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?)", row)
        return secret

    def account(self, secret: str) -> str | None:
        """Whose session it is, while it lasts."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT account FROM session WHERE hash = ? AND expires > ?",
                (digest(secret), self._database.now()),
            ).fetchone()
        return str(row[0]) if row else None

    def end(self, secret: str) -> None:
        """Sign out."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM session WHERE hash = ?", (digest(secret),))

    def end_all(self, account: str, *, but: str | None = None) -> int:
        """Sign out everywhere, `but` one session's secret; how many there were."""
        kept = digest(but) if but else ""
        with self._database.write() as connection:
            return connection.execute(
                "DELETE FROM session WHERE account = ? AND hash <> ?", (account, kept)
            ).rowcount

    def count(self, account: str) -> int:
        """How many sessions an account has now."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT count(*) FROM session WHERE account = ? AND expires > ?",
                (account, self._database.now()),
            ).fetchone()
        return int(row[0])
