"""Personal access tokens: for scripts, CI and git. Made once, shown once."""

from collections.abc import Iterable
from dataclasses import dataclass

from auth.errors import InvalidAccount
from auth.scopes import ALL_SCOPES, known
from auth.secret import PERSONAL, digest, new_secret
from auth.storage.database import Database

OWNER = ""
"""The account of a token whose holder is the owner of a wiki without accounts."""
DAY = 86_400.0
NOTED_EVERY = 300.0
"""Seconds between two writes of `last_used`: a reading script must not write at each call."""
LONGEST_NAME = 100

COLUMNS = "id, account, name, scopes, path_prefix, created, expires, last_used"


@dataclass(frozen=True)
class PersonalToken:
    """A token without its secret. Times are seconds since 1970; `expires` None is never."""

    id: int
    account: str
    name: str
    scopes: tuple[str, ...]
    path_prefix: str
    created: float
    expires: float | None
    last_used: float | None


class PersonalTokens:
    """The table of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        account: str,
        name: str,
        *,
        scopes: Iterable[str] = ALL_SCOPES,
        path_prefix: str = "",
        days: float | None = None,
    ) -> str:
        """A new token; the answer is the only time that its secret is known. Raises InvalidAccount."""
        asked, title = tuple(scopes), " ".join(name.split())
        if not title or len(title) > LONGEST_NAME or not title.isprintable():
            raise InvalidAccount(f"Give the token a name of at most {LONGEST_NAME} characters.")
        if not asked or set(asked) - set(ALL_SCOPES):
            raise InvalidAccount(f"The scopes of a token are {' and '.join(ALL_SCOPES)}.")
        if days is not None and not 0 < days <= 36_500:
            raise InvalidAccount("A token expires after 1 day or more, or never.")
        secret, now = new_secret(PERSONAL), self._database.now()
        expires = None if days is None else now + days * DAY
        row = (digest(secret), account, title, " ".join(known(asked)), path_prefix.strip("/ "), now, expires)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO personal_token (hash, account, name, scopes, path_prefix, created, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return secret

    def find(self, secret: str) -> PersonalToken | None:
        """The token, if it is one that counts now; notes that it was used."""
        now = self._database.now()
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT {COLUMNS} FROM personal_token"  # noqa: S608 - our names
                " WHERE hash = ? AND (expires IS NULL OR expires > ?)",
                (digest(secret), now),
            ).fetchone()
        if row is None:
            return None
        token = _token(row)
        if now - (token.last_used or 0) > NOTED_EVERY:
            with self._database.write() as connection:
                connection.execute("UPDATE personal_token SET last_used = ? WHERE id = ?", (now, token.id))
        return token

    def all(self, account: str | None = None) -> list[PersonalToken]:
        """Those of an account, or all of them, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {COLUMNS} FROM personal_token WHERE ?1 IS NULL OR account = ?1 ORDER BY id",  # noqa: S608
                (account,),
            ).fetchall()
        return [_token(row) for row in rows]

    def revoke(self, identifier: int, account: str | None = None) -> bool:
        """True if there was such a token (of that account, when one is given)."""
        with self._database.write() as connection:
            done = connection.execute(
                "DELETE FROM personal_token WHERE id = ?1 AND (?2 IS NULL OR account = ?2)",
                (identifier, account),
            )
            return done.rowcount > 0


def _token(row: tuple[int, str, str, str, str, float, float | None, float | None]) -> PersonalToken:
    identifier, account, name, scopes, prefix, created, expires, used = row
    return PersonalToken(identifier, account, name, tuple(scopes.split()), prefix, created, expires, used)
