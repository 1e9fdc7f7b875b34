"""Identity put together: the wiki's accounts, auth.db, and the mode that the settings ask for."""

from typing import TYPE_CHECKING

from starlette.routing import Route

from auth import Clock, Identities, storage
from auth.address import Addresses
from auth.audit import AuditLog
from auth.challenge import Challenges
from auth.discovery import Discovery
from auth.oauth import OAuthDoor
from auth.pages.routes import closing_routes, common_routes, local_routes
from auth.parts import Look, Parts
from auth.people import People
from gateway.settings import Settings
from wiki_app.accounts import WikiAccounts
from wiki_app.preferences import Preferences
from wiki_app.rights import WikiRights

if TYPE_CHECKING:
    from gateway.provider import Provided


def open_identity(
    settings: Settings, preferences: Preferences, accounts: WikiAccounts, rights: WikiRights, clock: Clock
) -> Parts:
    """Everything over the data folder's auth.db, which is made when it is not there."""
    database = storage.Database(settings.auth_database, clock)
    tokens, grants, sessions = (
        storage.PersonalTokens(database),
        storage.Grants(database),
        storage.Sessions(database),
    )
    people = People(accounts, storage.AccountStates(database), sessions)
    links = storage.IdentityLinks(database)
    provided = _provided(settings, preferences, people, links, clock)
    issuer = provided.issuer if provided else None
    identities = Identities(settings.gate(), people, rights, tokens, grants, sessions, issuer)
    own_host = settings.local_only and issuer is None
    addresses = Addresses(None if own_host else settings.public_url)
    return Parts(
        database=database,
        people=people,
        rights=rights,
        tokens=tokens,
        grants=grants,
        sessions=sessions,
        once=storage.OneTime(database),
        attempts=storage.Attempts(database),
        clients=storage.Clients(database),
        links=links,
        identities=identities,
        addresses=addresses,
        challenges=Challenges(addresses, identities.can_sign_in, provided.scopes if provided else None),
        audit=AuditLog(settings.data / "audit.jsonl", clock),
        look=lambda: _look(preferences),
        first_run=settings.single_user,
        admission=provided.admission if provided else None,
        keys=provided.keys if provided else None,
    )


def identity_routes(settings: Settings, parts: Parts) -> list[Route]:
    """Pages, discovery documents and the authorization server of the mode."""
    return [*common_routes(parts), *_mode_routes(settings, parts), *closing_routes()]


def _mode_routes(settings: Settings, parts: Parts) -> list[Route]:
    if parts.admission is not None:
        from gateway.provider import routes_of  # late: see _provided

        return routes_of(settings, parts, parts.admission)
    documents = not settings.local_only
    return [
        *local_routes(parts),
        *OAuthDoor(parts, metadata_documents=documents).routes(),
        *Discovery(parts, metadata_documents=documents).routes(),
    ]


def _look(preferences: Preferences) -> Look:
    name, logo = preferences.value("SITE_NAME"), preferences.value("SITE_LOGO")
    shown = name or "An Otter Wiki"  # its own name for itself
    return Look(shown, logo) if logo else Look(shown)


def _provided(
    settings: Settings, preferences: Preferences, people: People, links: storage.IdentityLinks, clock: Clock
) -> "Provided | None":
    if not settings.authkit_domain:
        return None
    # Late: joserfc and cryptography take a twentieth of a cold start, and only a provider's tokens need them.
    from gateway.provider import provided

    return provided(settings, preferences, people, links, clock)
