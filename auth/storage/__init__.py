"""auth.db: tokens, clients, sessions and what belongs to them. Synchronous; called in threads."""

from auth.storage.accounts import AccountStates
from auth.storage.attempts import Attempts
from auth.storage.clients import Clients
from auth.storage.database import Database
from auth.storage.grants import Grants
from auth.storage.identities import IdentityLinks
from auth.storage.once import OneTime
from auth.storage.sessions import Sessions
from auth.storage.tokens import PersonalTokens

__all__ = [
    "AccountStates",
    "Attempts",
    "Clients",
    "Database",
    "Grants",
    "IdentityLinks",
    "OneTime",
    "PersonalTokens",
    "Sessions",
]
