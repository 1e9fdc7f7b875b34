"""Identity put together: the wiki's accounts, auth.db, and the mode that the settings ask for."""

from dataclasses import dataclass

from auth import Clock, Identities
from auth.address import Addresses
from auth.challenge import Challenges
from auth.people import People
from auth.storage import (
    AccountStates,
    Attempts,
    Clients,
    Database,
    Grants,
    IdentityLinks,
    OneTime,
    PersonalTokens,
    Sessions,
)
from gateway.settings import Settings
from wiki_app.accounts import WikiAccounts
from wiki_app.rights import WikiRights


@dataclass(frozen=True)
class Identity:
    """The parts; all of them are synchronous and called in threads."""

    database: Database
    people: People
    tokens: PersonalTokens
    grants: Grants
    sessions: Sessions
    once: OneTime
    attempts: Attempts
    clients: Clients
    links: IdentityLinks
    identities: Identities
    addresses: Addresses
    challenges: Challenges


def open_identity(settings: Settings, rights: WikiRights, clock: Clock) -> Identity:
    """Everything over the data folder's auth.db, which is made when it is not there."""
    database = Database(settings.auth_database, clock)
    tokens, grants, sessions = PersonalTokens(database), Grants(database), Sessions(database)
    people = People(WikiAccounts(settings.database), AccountStates(database), sessions)
    identities = Identities(settings.gate(), people, rights, tokens, grants, sessions)
    addresses = Addresses(None if settings.local_only else settings.public_url)
    return Identity(
        database=database,
        people=people,
        tokens=tokens,
        grants=grants,
        sessions=sessions,
        once=OneTime(database),
        attempts=Attempts(database),
        clients=Clients(database),
        links=IdentityLinks(database),
        identities=identities,
        addresses=addresses,
        challenges=Challenges(addresses, identities.can_sign_in),
    )
