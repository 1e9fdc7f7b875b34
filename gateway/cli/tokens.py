"""`wikibot token …`: tokens for scripts, CI and git."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from auth.people import People
from auth.scopes import ALL_SCOPES
from auth.storage import Database, PersonalTokens
from auth.storage.tokens import OWNER, PersonalToken
from gateway.cli.accounts import opened
from gateway.settings import Settings
from gateway.start import StartError


def create(
    data: Path | None,
    *,
    name: str,
    user: str | None,
    scopes: Sequence[str] | None,
    path: str | None,
    days: float | None,
) -> int:
    """Print a new token, this once."""
    settings, people = opened(data)
    account = _account(people, user)
    tokens = _tokens(settings)
    print(tokens.create(account, name, scopes=scopes or ALL_SCOPES, path_prefix=path or "", days=days))
    return 0


def show(data: Path | None) -> int:
    """One line a token: number, name, account, scopes, path, last use, end."""
    settings, _ = opened(data)
    for token in _tokens(settings).all():
        print(_line(token))
    return 0


def revoke(data: Path | None, number: int) -> int:
    """The token counts no more."""
    settings, _ = opened(data)
    if not _tokens(settings).revoke(number):
        raise StartError(f"There is no token {number}; see wikibot token list.")
    print(f"Token {number} is revoked.")
    return 0


def _tokens(settings: Settings) -> PersonalTokens:
    return PersonalTokens(Database(settings.auth_database))


def _account(people: People, user: str | None) -> str:
    """Whose token it is: the one named, the only one there is, or the owner of a wiki without accounts."""
    if user is not None:
        account = people.find(user)
        if account is None:
            raise StartError(f"{user} has no account here.")
        return account.email
    accounts = people.accounts.all()
    if len(accounts) > 1:
        raise StartError("Say whose token it is to be: --user EMAIL.")
    return accounts[0].email if accounts else OWNER


def _line(token: PersonalToken) -> str:
    used = f"used {_day(token.last_used)}" if token.last_used else "never used"
    ends = f"until {_day(token.expires)}" if token.expires else "for ever"
    below = f"below {token.path_prefix}" if token.path_prefix else "whole wiki"
    who = token.account or "owner"
    return "\t".join([str(token.id), token.name, who, " ".join(token.scopes), below, used, ends])


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
