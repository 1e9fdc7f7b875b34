"""Who at an identity provider is which account here: (iss, sub) never changes hands, an address may."""

from auth.storage.database import Database


class IdentityLinks:
    """The table of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def account(self, iss: str, sub: str) -> str | None:
        """The account's address."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT account FROM identity WHERE iss = ? AND sub = ?", (iss, sub)
            ).fetchone()
        return str(row[0]) if row else None

    def link(self, iss: str, sub: str, account: str) -> None:
        """Remember who it is; the first link stays."""
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO identity VALUES (?, ?, ?)", (iss, sub, account))
