"""The accounts of the wiki: its own `user` table, by sqlite3, so that Otter Wiki can take it back as it is.

An `AccountSource` for `auth`. Addresses are kept in lower case, as Otter Wiki does.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from wiki_app.connections import Connections
from wiki_app.errors import Conflict, InvalidInput, NotFound
from wiki_app.import_accounts import INDEX, TABLE
from wiki_app.passwords import hash_password, matches

COLUMNS = "name, email, is_approved, is_admin, allow_read, allow_write, allow_upload, password_hash"
# What `change` may set: the field of an Account, and the column behind it.
FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "approved": "is_approved",
        "admin": "is_admin",
        "may_read": "allow_read",
        "may_write": "allow_write",
        "may_upload": "allow_upload",
    }
)


@dataclass(frozen=True)
class WikiAccount:
    """A row of the table; `has_password` is False for one that signs in elsewhere."""

    name: str
    email: str
    approved: bool = False
    admin: bool = False
    may_read: bool = False
    may_write: bool = False
    may_upload: bool = False
    has_password: bool = False


class WikiAccounts:
    """The table; made when the first account is. Safe in threads and processes."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._connections = Connections(database)

    def close(self) -> None:
        """Give the file back; a later question opens it again."""
        self._connections.close()

    def exist(self) -> bool:
        """True if there is any account."""
        return bool(self._rows("LIMIT 1"))

    def all(self) -> list[WikiAccount]:
        """All accounts by address."""
        return [_account(row) for row in self._rows("ORDER BY email")]

    def find(self, email: str) -> WikiAccount | None:
        """The account with this address, however it is capitalised."""
        rows = self._rows("WHERE email = ?", email.lower())
        return _account(rows[0]) if rows else None

    def check(self, email: str, password: str) -> WikiAccount | None:
        """The account, if the password is its own. Unknown addresses take as long as wrong passwords."""
        rows = self._rows("WHERE email = ?", email.lower())
        stored = rows[0][-1] if rows else None
        right = matches(stored if isinstance(stored, str) and stored.strip() else None, password)
        return _account(rows[0]) if rows and right else None

    def add(
        self,
        name: str,
        email: str,
        password: str | None = None,
        *,
        admin: bool = False,
        approved: bool = True,
    ) -> WikiAccount:
        """A new account. Raises Conflict when the address is taken."""
        now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        hashed = "" if password is None else hash_password(password)
        row = (name, email.lower(), hashed, now, now, approved or admin, admin, True)
        try:
            with self._writing() as connection:
                connection.execute(
                    'INSERT INTO "user" (name, email, password_hash, first_seen, last_seen, is_approved,'
                    " is_admin, email_confirmed, allow_read, allow_write, allow_upload)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)",
                    row,
                )
        except sqlite3.IntegrityError as error:
            raise Conflict(f"{email} has an account already.") from error
        found = self.find(email)
        assert found is not None
        return found

    def set_password(self, email: str, password: str) -> None:
        """Raises NotFound."""
        self._set(email, {"password_hash": hash_password(password)})

    def change(self, email: str, **flags: bool) -> None:
        """Set flags of FLAGS. Raises NotFound, and InvalidInput when the last administrator would go."""
        if flags.get("admin") is False:
            self._keep_an_admin(email)
        self._set(email, {FLAGS[name]: value for name, value in flags.items()})

    def remove(self, email: str) -> None:
        """Raises NotFound, and InvalidInput for the last administrator while others have accounts."""
        if len(self.all()) > 1:
            self._keep_an_admin(email)
        with self._writing() as connection:
            if not connection.execute('DELETE FROM "user" WHERE email = ?', (email.lower(),)).rowcount:
                raise NotFound(f"{email} has no account.")

    def seen(self, email: str) -> None:
        """The account signed in now."""
        self._set(email, {"last_seen": datetime.now(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")})

    def _set(self, email: str, values: Mapping[str, object]) -> None:
        names = ", ".join(f"{column} = ?" for column in values)
        with self._writing() as connection:
            done = connection.execute(
                f'UPDATE "user" SET {names} WHERE email = ?',  # noqa: S608 - columns of our own table
                (*values.values(), email.lower()),
            )
            if not done.rowcount:
                raise NotFound(f"{email} has no account.")

    def _keep_an_admin(self, email: str) -> None:
        admins = {account.email for account in self.all() if account.admin}
        if admins == {email.lower()}:
            raise InvalidInput(f"{email} is the only administrator: make another one first.")

    def _rows(self, which: str, *values: str) -> list[tuple[object, ...]]:
        with self._connections.reading() as connection:
            if connection is None:
                return []
            try:
                return connection.execute(f'SELECT {COLUMNS} FROM "user" {which}', values).fetchall()  # noqa: S608
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return []
                raise

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self._database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._database, timeout=10)) as connection, connection:
            connection.execute(TABLE)
            connection.execute(INDEX)
            yield connection


def _account(row: tuple[object, ...]) -> WikiAccount:
    name, email, approved, admin, read, write, upload, password = row
    return WikiAccount(
        str(name or email),
        str(email),
        bool(approved),
        bool(admin),
        bool(read),
        bool(write),
        bool(upload),
        has_password=bool(password),
    )
