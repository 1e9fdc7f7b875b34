"""What an account may do, by Otter Wiki's own rule (`SimpleAuth.has_permission`), without Flask.

Read afresh for every request, so an account that is locked, or a preference that is changed, counts at once.
The table test in tests/wiki_app compares this with the original over every combination.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from wiki_app.connections import Connections
from wiki_app.preferences import Access, Preferences

ACCOUNT = "SELECT is_approved, is_admin, allow_read, allow_write, allow_upload FROM user WHERE email = ?"


@dataclass(frozen=True)
class Account:
    """The flags of one row of the `user` table."""

    approved: bool = False
    admin: bool = False
    may_read: bool = False
    may_write: bool = False
    may_upload: bool = False


class WikiRights:
    """Rights from the wiki's database: a `RightsSource` for `auth`. Safe in threads."""

    def __init__(self, database: Path, preferences: Preferences) -> None:
        self._connections = Connections(database)
        self._preferences = preferences

    def close(self) -> None:
        """Give the file back; a later question opens it again."""
        self._connections.close()

    def rights_of(self, email: str | None) -> frozenset[str]:
        """Names among READ, WRITE, UPLOAD, ADMIN; None, or an address without account, is a visitor."""
        account = self.account(email) if email else None
        return rights(self._preferences.access(), account)

    def account(self, email: str) -> Account | None:
        """The account with exactly this address (Otter Wiki stores them in lower case)."""
        with self._connections.reading() as connection:
            if connection is None:
                return None
            try:
                row = connection.execute(ACCOUNT, (email,)).fetchone()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return None
                raise
        return Account(*(bool(flag) for flag in row)) if row else None


def rights(access: Access, account: Account | None) -> frozenset[str]:
    """Each right needs the one before it; ADMIN has them all, and is never given by a preference."""
    if account and account.admin:
        return frozenset({"READ", "WRITE", "UPLOAD", "ADMIN"})
    steps = (
        ("READ", access.read.upper(), bool(account and account.may_read)),
        ("WRITE", access.write.upper(), bool(account and account.may_write)),
        # Otter Wiki compares this one without upper-casing it.
        ("UPLOAD", access.upload, bool(account and account.may_upload)),
    )
    held: set[str] = set()
    for right, level, granted in steps:
        if not _reached(level, account, granted=granted):
            break
        held.add(right)
    return frozenset(held)


def _reached(level: str, account: Account | None, *, granted: bool) -> bool:
    if level == "ANONYMOUS":
        return True
    if account is None:
        return False
    return level == "REGISTERED" or (account.approved and (level == "APPROVED" or granted))
