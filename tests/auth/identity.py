"""Identities over a real auth.db, with accounts and rights that a test sets."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auth import GateConfig, Identities
from auth.address import Addresses
from auth.challenge import Challenges
from auth.identities import Bearer
from auth.people import People
from auth.storage import AccountStates, Database, Grants, PersonalTokens, Sessions
from tests.auth.clock import Hands

EVERYTHING = frozenset({"READ", "WRITE", "UPLOAD", "ADMIN"})


@dataclass(frozen=True)
class Row:
    """An account, with its password in the clear and the rights that it has."""

    email: str
    name: str = "Somebody"
    password: str | None = "correct horse"
    rights: frozenset[str] = EVERYTHING
    approved: bool = True
    admin: bool = False
    may_read: bool = False
    may_write: bool = False
    may_upload: bool = False

    @property
    def has_password(self) -> bool:
        return self.password is not None


@dataclass
class Table:
    """Accounts and rights in memory: an AccountSource and a RightsSource."""

    rows: dict[str, Row] = field(default_factory=dict)
    visitors: frozenset[str] = frozenset({"READ"})

    def exist(self) -> bool:
        return bool(self.rows)

    def all(self) -> Sequence[Row]:
        return [self.rows[email] for email in sorted(self.rows)]

    def find(self, email: str) -> Row | None:
        return self.rows.get(email.lower())

    def check(self, email: str, password: str) -> Row | None:
        found = self.find(email)
        return found if found and found.password == password else None

    def add(
        self,
        name: str,
        email: str,
        password: str | None = None,
        *,
        admin: bool = False,
        approved: bool = True,
    ) -> Row:
        self.rows[email] = Row(email, name, password, approved=approved, admin=admin)
        return self.rows[email]

    def set_password(self, email: str, password: str) -> None:
        self.rows[email] = replace(self.rows[email], password=password)

    def change(self, email: str, **flags: bool) -> None:
        self.rows[email] = replace(self.rows[email], **flags)  # type: ignore[arg-type]

    def remove(self, email: str) -> None:
        del self.rows[email]

    def seen(self, email: str) -> None:
        return None

    def rights_of(self, email: str | None) -> frozenset[str]:
        row = self.find(email) if email else None
        return row.rights if row else self.visitors


@dataclass
class World:
    """Everything that the gate asks."""

    table: Table
    clock: Hands
    database: Database
    tokens: PersonalTokens
    grants: Grants
    sessions: Sessions
    people: People
    identities: Identities
    challenges: Challenges


def make_world(
    folder: Path, *rows: Row, config: GateConfig | None = None, issuer: Bearer | None = None
) -> World:
    """A new auth.db with these accounts."""
    table, clock = Table({row.email: row for row in rows}), Hands()
    database = Database(folder / "auth.db", clock)
    tokens, grants, sessions = PersonalTokens(database), Grants(database), Sessions(database)
    people = People(table, AccountStates(database), sessions)
    identities = Identities(config or GateConfig(), people, table, tokens, grants, sessions, issuer)
    challenges = Challenges(Addresses(None), identities.can_sign_in)
    return World(table, clock, database, tokens, grants, sessions, people, identities, challenges)


def access_token(grants: Grants, account: str, *scopes: str) -> str:
    """An OAuth access token, as if the account had said yes to a client."""
    code = grants.allow(
        client="client",
        client_name="Some Agent",
        account=account,
        scopes=scopes,
        resource=None,
        challenge="challenge",
        redirect_uri="http://127.0.0.1/callback",
        redirect_given=True,
    )
    pair = grants.exchange_code(code)
    assert pair is not None
    return pair.access
