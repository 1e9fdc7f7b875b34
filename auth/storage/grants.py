"""What a person has allowed an agent: a family of codes, access tokens and refresh tokens.

A code or a refresh token counts once. A second use means that two hold it, and nobody can say who is the
thief: the whole family ends (RFC 6749 section 4.1.2, OAuth 2.1 section 4.3.1).
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from auth.secret import ACCESS, CODE, REFRESH, digest, new_secret
from auth.storage.database import Database

CODE_SECONDS = 60.0
ACCESS_SECONDS = 3_600.0
REFRESH_SECONDS = 30 * 86_400.0
NOTED_EVERY = 300.0


@dataclass(frozen=True)
class Family:
    """One consent: `account` lets `client` act with `scopes` on `resource`. Times in seconds since 1970."""

    id: int
    client: str
    client_name: str
    account: str
    scopes: tuple[str, ...]
    resource: str | None
    created: float
    last_used: float | None


@dataclass(frozen=True)
class Code:
    """An authorization code as it was bound when it was made."""

    family: Family
    challenge: str
    redirect_uri: str
    redirect_given: bool


@dataclass(frozen=True)
class Token:
    """An access or refresh token without its secret."""

    family: Family
    scopes: tuple[str, ...]
    expires: float


@dataclass(frozen=True)
class Pair:
    """What a client gets; `seconds` is how long `access` counts."""

    access: str
    refresh: str
    scopes: tuple[str, ...]
    seconds: int


FAMILY = "f.id, f.client, f.client_name, f.account, f.scopes, f.resource, f.created, f.last_used"


class Grants:
    """The tables of families, codes and tokens."""

    def __init__(
        self,
        database: Database,
        *,
        access_seconds: float = ACCESS_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._database = database
        self._access_seconds = access_seconds
        self._refresh_seconds = refresh_seconds

    def allow(
        self,
        *,
        client: str,
        client_name: str,
        account: str,
        scopes: Iterable[str],
        resource: str | None,
        challenge: str,
        redirect_uri: str,
        redirect_given: bool,
    ) -> str:
        """A person said yes: a new family, and the code for its first tokens."""
        code, now = new_secret(CODE), self._database.now()
        self._database.prune()
        with self._database.write() as connection:
            family = connection.execute(
                "INSERT INTO grant_family (client, client_name, account, scopes, resource, created, expires)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (client, client_name, account, " ".join(scopes), resource, now, now + self._refresh_seconds),
            ).lastrowid
            connection.execute(
                "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?, 0)",
                (digest(code), family, challenge, redirect_uri, redirect_given, now + CODE_SECONDS),
            )
        return code

    def code(self, secret: str, client: str) -> Code | None:
        """The code, if it is that client's and was not used; a used one ends its family."""
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT {FAMILY}, c.challenge, c.redirect_uri, c.redirect_given, c.expires, c.used"  # noqa: S608
                " FROM code c JOIN grant_family f ON f.id = c.family WHERE c.hash = ? AND f.client = ?",
                (digest(secret), client),
            ).fetchone()
        if row is None:
            return None
        family, (challenge, redirect_uri, given, expires, used) = _family(row[:8]), row[8:]
        if used:
            self.end(family.id)
            return None
        if expires <= self._database.now():
            return None
        return Code(family, challenge, redirect_uri, bool(given))

    def exchange_code(self, secret: str) -> Pair | None:
        """Tokens for a code; None, and the end of the family, when somebody was faster."""
        now = self._database.now()
        with self._database.write() as connection:
            row = connection.execute(
                "UPDATE code SET used = 1 WHERE hash = ? AND used = 0 AND expires > ? RETURNING family",
                (digest(secret), now),
            ).fetchone()
            if row is not None:
                scopes = connection.execute(
                    "SELECT scopes FROM grant_family WHERE id = ?", (row[0],)
                ).fetchone()[0]
                return self._issue(connection, row[0], scopes.split(), now)
        self._end_by("code", secret)
        return None

    def refresh_token(self, secret: str, client: str) -> Token | None:
        """The refresh token, if it is that client's and was not used; a used one ends its family."""
        found = self._find(secret, "refresh")
        if found is None or found[0].family.client != client:
            return None
        token, used = found
        if used:
            self.end(token.family.id)
            return None
        return token if token.expires > self._database.now() else None

    def exchange_refresh(self, secret: str, scopes: Iterable[str]) -> Pair | None:
        """New tokens for a refresh token, which is used up; None, and the end, when somebody was faster."""
        now = self._database.now()
        with self._database.write() as connection:
            row = connection.execute(
                "UPDATE token SET used = 1 WHERE hash = ? AND kind = 'refresh' AND used = 0 AND expires > ?"
                " RETURNING family",
                (digest(secret), now),
            ).fetchone()
            if row is not None:
                return self._issue(connection, row[0], list(scopes), now)
        self._end_by("token", secret)
        return None

    def access_token(self, secret: str) -> Token | None:
        """The access token, if it counts now; notes that its family was used."""
        found = self._find(secret, "access")
        now = self._database.now()
        if found is None or found[0].expires <= now:
            return None
        token = found[0]
        if now - (token.family.last_used or 0) > NOTED_EVERY:
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE grant_family SET last_used = ? WHERE id = ?", (now, token.family.id)
                )
        return token

    def all(self, account: str | None = None) -> list[Family]:
        """What is allowed now, newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                f"SELECT {FAMILY} FROM grant_family f"  # noqa: S608 - our names
                " WHERE (?1 IS NULL OR f.account = ?1) AND f.expires > ?2 ORDER BY f.id DESC",
                (account, self._database.now()),
            ).fetchall()
        return [_family(row) for row in rows]

    def end(self, family: int, account: str | None = None) -> bool:
        """End a family: none of its tokens counts any more."""
        with self._database.write() as connection:
            done = connection.execute(
                "DELETE FROM grant_family WHERE id = ?1 AND (?2 IS NULL OR account = ?2)", (family, account)
            )
            return done.rowcount > 0

    def _find(self, secret: str, kind: str) -> tuple[Token, bool] | None:
        with self._database.read() as connection:
            row = connection.execute(
                f"SELECT {FAMILY}, t.scopes, t.expires, t.used"  # noqa: S608 - our names
                " FROM token t JOIN grant_family f ON f.id = t.family WHERE t.hash = ? AND t.kind = ?",
                (digest(secret), kind),
            ).fetchone()
        if row is None:
            return None
        scopes, expires, used = row[8:]
        return Token(_family(row[:8]), tuple(scopes.split()), expires), bool(used)

    def _issue(self, connection: sqlite3.Connection, family: int, scopes: Iterable[str], now: float) -> Pair:
        access, refresh, granted = new_secret(ACCESS), new_secret(REFRESH), tuple(scopes)
        whole = connection.execute("SELECT scopes FROM grant_family WHERE id = ?", (family,)).fetchone()[0]
        rows = [
            (digest(access), family, "access", " ".join(granted), now + self._access_seconds),
            (digest(refresh), family, "refresh", whole, now + self._refresh_seconds),
        ]
        connection.executemany("INSERT INTO token VALUES (?, ?, ?, ?, ?, 0)", rows)
        connection.execute(
            "UPDATE grant_family SET expires = ?, last_used = ? WHERE id = ?",
            (now + self._refresh_seconds, now, family),
        )
        return Pair(access, refresh, granted, int(self._access_seconds))

    def _end_by(self, table: str, secret: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                f"DELETE FROM grant_family WHERE id = (SELECT family FROM {table} WHERE hash = ?)",  # noqa: S608
                (digest(secret),),
            )


def _family(row: tuple[int, str, str, str, str, str | None, float, float | None]) -> Family:
    identifier, client, name, account, scopes, resource, created, used = row
    return Family(identifier, client, name, account, tuple(scopes.split()), resource, created, used)
