"""Identity put together: the wiki's accounts, auth.db, and the mode that the settings ask for."""

from starlette.routing import Route

from auth import Clock, Identities
from auth.address import Addresses
from auth.audit import AuditLog
from auth.challenge import Challenges
from auth.discovery import Discovery
from auth.oauth import OAuthDoor
from auth.pages.provider import provider_routes
from auth.pages.routes import closing_routes, common_routes, local_routes
from auth.parts import Look, Parts
from auth.people import People
from auth.provider import Admission, AdmissionRules
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
from gateway.provider import PROVIDER_SCOPES, issuer_of, keys_of, sign_in_provider, user_info_of
from gateway.settings import Settings
from wiki_app.accounts import WikiAccounts
from wiki_app.preferences import TRUE_IN_ENVIRONMENT, Preferences
from wiki_app.rights import WikiRights


def open_identity(
    settings: Settings, preferences: Preferences, accounts: WikiAccounts, rights: WikiRights, clock: Clock
) -> Parts:
    """Everything over the data folder's auth.db, which is made when it is not there."""
    database = Database(settings.auth_database, clock)
    tokens, grants, sessions = PersonalTokens(database), Grants(database), Sessions(database)
    people = People(accounts, AccountStates(database), sessions)
    links = IdentityLinks(database)
    admission = _admission(settings, preferences, people, links, clock)
    keys = keys_of(settings, clock)
    issuer = issuer_of(settings, keys, admission, clock) if keys and admission else None
    identities = Identities(settings.gate(), people, rights, tokens, grants, sessions, issuer)
    own_host = settings.local_only and issuer is None
    addresses = Addresses(None if own_host else settings.public_url)
    scopes = PROVIDER_SCOPES if issuer else None
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
        links=links,
        identities=identities,
        addresses=addresses,
        challenges=Challenges(addresses, identities.can_sign_in, scopes),
        audit=AuditLog(settings.data / "audit.jsonl", clock),
        look=lambda: _look(preferences),
        first_run=settings.single_user,
        admission=admission,
        keys=keys,
    )


def identity_routes(settings: Settings, parts: Parts) -> list[Route]:
    """Pages, discovery documents and the authorization server of the mode."""
    return [*common_routes(parts), *_mode_routes(settings, parts), *closing_routes()]


def _mode_routes(settings: Settings, parts: Parts) -> list[Route]:
    if parts.admission is not None:
        discovery = Discovery(parts, issuer=settings.authkit_domain, scopes=PROVIDER_SCOPES)
        provider = sign_in_provider(settings, parts.once)
        routes = provider_routes(parts, provider, parts.admission)
        return [*routes, *discovery.routes()]
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


def _admission(
    settings: Settings, preferences: Preferences, people: People, links: IdentityLinks, clock: Clock
) -> Admission | None:
    if not settings.authkit_domain:
        return None

    def approve() -> bool:
        return (preferences.value("AUTO_APPROVAL") or "true").lower() in TRUE_IN_ENVIRONMENT

    rules = AdmissionRules(settings.admin_email or "", approve)
    return Admission(people, links, rules, user_info_of(settings), clock)
