"""Credentials in, a principal out: tokens, sessions, the owner of a wiki without accounts, visitors.

What a call may do is the account's rights, read afresh, cut down to the token's scopes. A credential that is
wrong is refused; it is never taken for none. Synchronous: the gate calls it in a thread.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from auth.people import People
from auth.principal import ALL_RIGHTS, Principal, Right
from auth.scopes import rights_of_scopes
from auth.secret import ACCESS, PERSONAL
from auth.sources import Account, RightsSource
from auth.storage import Grants, PersonalTokens, Sessions
from auth.storage.tokens import OWNER, PersonalToken

# ".invalid" never resolves (RFC 6761 section 6.4); Otter Wiki wants an address for everybody who may act.
NOBODY = Principal("anonymous", "Anonymous", "anonymous@wiki.invalid", frozenset(), "anonymous")
NEVER_BY_TOKEN = frozenset({Right.ADMIN})


@dataclass(frozen=True)
class ApiKey:
    """The static bearer token and the principal that it stands for."""

    secret: str = field(repr=False)
    principal: Principal


@dataclass(frozen=True)
class GateConfig:
    """`owner`: while nobody has an account, everybody is this principal (one person, own machine).
    With an `api_key` visitors have no rights on REST and MCP."""

    owner: Principal | None = None
    api_key: ApiKey | None = None


@dataclass(frozen=True)
class Refused:
    """Why a credential was refused; the sentence never repeats it."""

    reason: str
    status: int = 401
    code: str = "unauthenticated"


NOT_VALID = Refused("This token is not valid here.")
NO_ACCOUNT = Refused("The account of this token is locked or no more.")


class Bearer(Protocol):
    """Tokens of somebody else's authorization server."""

    def account(self, token: str) -> "Foreign | Refused":
        """Whose token it is and what it may be used for."""
        ...


@dataclass(frozen=True)
class Foreign:
    """A foreign token that was found good: the account behind it and the scopes that count."""

    account: str
    scopes: tuple[str, ...]
    client: str | None


class Identities:
    """Everything that a credential can be. `issuer` verifies tokens that are none of ours."""

    def __init__(
        self,
        config: GateConfig,
        people: People,
        rights: RightsSource,
        tokens: PersonalTokens,
        grants: Grants,
        sessions: Sessions,
        issuer: Bearer | None = None,
    ) -> None:
        self._config = config
        self._people = people
        self._rights = rights
        self._tokens = tokens
        self._grants = grants
        self._sessions = sessions
        self._issuer = issuer

    def owner(self) -> Principal | None:
        """The owner, as long as nobody has an account."""
        return self._config.owner if self._config.owner and not self._people.exist() else None

    def can_sign_in(self) -> bool:
        """True where people have accounts, here or at a provider."""
        return self._issuer is not None or self._people.exist()

    def by_token(self, secret: str) -> Principal | Refused:
        """Who sends `Authorization: Bearer <secret>`."""
        key = self._config.api_key
        if key and hmac.compare_digest(secret.encode("latin-1", "replace"), key.secret.encode()):
            return key.principal
        if secret.startswith(PERSONAL):
            token = self._tokens.find(secret)
            return self._personal(token) if token else NOT_VALID
        if secret.startswith(ACCESS):
            return self._granted(secret)
        return self._foreign(secret) if self._issuer else NOT_VALID

    def by_session(self, secret: str) -> Principal | None:
        """Who is signed in with this cookie; None when the session ended or the account is locked."""
        email = self._sessions.account(secret)
        account = self._people.find(email) if email else None
        if account is None:
            return None
        return _principal(account, self._held(account), via="session")

    def visitor(self) -> Principal:
        """Somebody who says nothing of themselves."""
        return Principal(NOBODY.subject, NOBODY.name, NOBODY.email, self._held(None), "anonymous")

    @property
    def visitors_need_a_token(self) -> bool:
        """True if programs without a credential may do nothing at all."""
        return self._config.api_key is not None

    def _personal(self, token: PersonalToken) -> Principal | Refused:
        if token.account == OWNER:
            owner = self.owner()
            if owner is None:
                return NO_ACCOUNT
            rights = ALL_RIGHTS & rights_of_scopes(token.scopes)
            return Principal(
                owner.subject, owner.name, owner.email, rights, "token", path_prefix=token.path_prefix
            )
        account = self._people.find(token.account)
        if account is None:
            return NO_ACCOUNT
        rights = self._held(account) & rights_of_scopes(token.scopes)
        return _principal(account, rights, via="token", path_prefix=token.path_prefix)

    def _granted(self, secret: str) -> Principal | Refused:
        token = self._grants.access_token(secret)
        if token is None:
            return NOT_VALID
        return self._scoped(token.family.account, token.scopes, token.family.client_name)

    def _foreign(self, secret: str) -> Principal | Refused:
        assert self._issuer is not None
        found = self._issuer.account(secret)
        return (
            found if isinstance(found, Refused) else self._scoped(found.account, found.scopes, found.client)
        )

    def _scoped(self, email: str, scopes: Iterable[str], client: str | None) -> Principal | Refused:
        account = self._people.find(email)
        if account is None:
            return NO_ACCOUNT
        held = self._held(account) - NEVER_BY_TOKEN
        rights = held & rights_of_scopes(scopes)
        return _principal(account, rights, via="token", client=client, grantable=held - rights)

    def _held(self, account: Account | None) -> frozenset[Right]:
        return frozenset(Right(name) for name in self._rights.rights_of(account.email if account else None))


def _principal(account: Account, rights: frozenset[Right], **more: Any) -> Principal:
    name = "".join(char for char in account.name if char.isprintable() and char not in "<>")
    return Principal(account.email, name or account.email, account.email, rights, **more)
