"""What the wiki's own table of accounts cannot say: who is locked, and what goes when somebody goes."""

from auth.storage.database import Database

BELONGING = ("session", "personal_token", "grant_family", "account_state", "identity")


class AccountStates:
    """By the account's address, in lower case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def disabled(self, account: str) -> bool:
        """True if the account is locked."""
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT disabled FROM account_state WHERE account = ?", (account,)
            ).fetchone()
        return bool(row and row[0])

    def disable(self, account: str, *, disabled: bool = True) -> None:
        """Lock the account, and end its sessions; or open it again."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO account_state VALUES (?, ?)", (account, int(disabled)))
            if disabled:
                connection.execute("DELETE FROM session WHERE account = ?", (account,))

    def forget(self, account: str) -> None:
        """All that belongs to an account that is no more: who gets the address later starts anew."""
        with self._database.write() as connection:
            for table in BELONGING:
                connection.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - ours
