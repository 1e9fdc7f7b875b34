"""Identity put together: the wiki's accounts, auth.db, and the mode that the settings ask for."""

from starlette.routing import Route

from auth import Clock, Identities
from auth.address import Addresses
from auth.audit import AuditLog
from auth.challenge import Challenges
from auth.discovery import Discovery
from auth.oauth import OAuthDoor
from auth.pages.routes import common_routes, local_routes
from auth.parts import Look, Parts
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
from wiki_app.preferences import Preferences
from wiki_app.rights import WikiRights


def open_identity(settings: Settings, preferences: Preferences, rights: WikiRights, clock: Clock) -> Parts:
    """Everything over the data folder's auth.db, which is made when it is not there."""
    database = Database(settings.auth_database, clock)
    tokens, grants, sessions = PersonalTokens(database), Grants(database), Sessions(database)
    people = People(WikiAccounts(settings.database), AccountStates(database), sessions)
    identities = Identities(settings.gate(), people, rights, tokens, grants, sessions)
    addresses = Addresses(None if settings.local_only else settings.public_url)
    return Parts(
        database=database,
        people=people,
        rights=rights,
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
        audit=AuditLog(settings.data / "audit.jsonl", clock),
        look=lambda: _look(preferences),
        first_run=settings.single_user,
    )


def identity_routes(settings: Settings, parts: Parts) -> list[Route]:
    """Pages, discovery documents and the authorization server of the mode."""
    documents = not settings.local_only
    return [
        *common_routes(parts),
        *local_routes(parts),
        *OAuthDoor(parts, metadata_documents=documents).routes(),
        *Discovery(parts, metadata_documents=documents).routes(),
    ]


def _look(preferences: Preferences) -> Look:
    name, logo = preferences.value("SITE_NAME"), preferences.value("SITE_LOGO")
    return Look(name or "wikibot", logo) if logo else Look(name or "wikibot")
