"""AuthKit, or any OpenID Connect provider with the same documents: keys, tokens, sign-in."""

import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from starlette.routing import Route

from auth import Clock
from auth.discovery import Discovery
from auth.issuer import Expected, IssuerTokens
from auth.keys import TIMEOUT, Keys, fetch_json
from auth.oidc_protocol import SignInProvider
from auth.pages.provider import provider_routes
from auth.parts import Parts
from auth.people import People
from auth.provider import Admission, AdmissionRules, Claims, UserInfo
from auth.storage import IdentityLinks, OneTime
from gateway.settings import Settings
from wiki_app.preferences import TRUE_IN_ENVIRONMENT, Preferences

# What AuthKit knows; it may refuse a request for wiki:… (AUTH.md 1.4).
PROVIDER_SCOPES = ("openid", "profile", "email")
CONFIGURATION = "/.well-known/openid-configuration"
LARGEST = 64 * 1024


@dataclass(frozen=True)
class Provided:
    """What a provider adds to the wiki's identity."""

    keys: Keys
    admission: Admission
    issuer: IssuerTokens
    scopes: tuple[str, ...] = PROVIDER_SCOPES


def provided(
    settings: Settings, preferences: Preferences, people: People, links: IdentityLinks, clock: Clock
) -> Provided:
    """The provider of the settings; its keys are asked for when the first token comes."""
    address = _endpoint(settings.authkit_domain or "", "jwks_uri")
    keys = Keys(address, settings.data / "jwks.json", settings.authkit_jwks, clock)

    def approve() -> bool:
        return (preferences.value("AUTO_APPROVAL") or "true").lower() in TRUE_IN_ENVIRONMENT

    rules = AdmissionRules(settings.admin_email or "", approve)
    admission = Admission(people, links, rules, user_info_of(settings), clock)
    # Tokens are made for our /mcp (DECISIONS 17: good for REST too).
    audiences = frozenset({f"{settings.public_url}/mcp"})
    expected = Expected(settings.authkit_domain or "", audiences, tuple(settings.mcp_scopes.split()))
    return Provided(keys, admission, IssuerTokens(expected, keys, admission, clock))


def routes_of(settings: Settings, parts: Parts, admission: Admission) -> list[Route]:
    """Sign-in over there, and the documents that say so."""
    discovery = Discovery(parts, issuer=settings.authkit_domain, scopes=PROVIDER_SCOPES)
    provider = sign_in_provider(settings, parts.once)
    return [*provider_routes(parts, provider, admission), *discovery.routes()]


def user_info_of(settings: Settings) -> UserInfo:
    """Who the holder of a token is, by the provider's own word."""
    address = _endpoint(settings.authkit_domain or "", "userinfo_endpoint")

    def ask(token: str) -> Claims:
        request = urllib.request.Request(address(), headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - the provider's own
            found = json.loads(answer.read(LARGEST))
        return found if isinstance(found, dict) else {}

    return ask


def sign_in_provider(settings: Settings, once: OneTime) -> Callable[[], SignInProvider]:
    """The client for the browser's sign-in, made at its first use."""

    @cache
    def load() -> SignInProvider:
        from auth.oidc import Provider  # late: authlib's client takes a moment to import

        secret = settings.authkit_client_secret
        assert settings.authkit_domain
        assert settings.authkit_client_id
        assert secret
        return Provider(settings.authkit_domain, settings.authkit_client_id, secret.get_secret_value(), once)

    return load


def _endpoint(issuer: str, name: str) -> Callable[[], str]:
    """An address from the provider's document, which is read at the first use; raises OSError, ValueError."""

    @cache
    def address() -> str:
        found = fetch_json(issuer.rstrip("/") + CONFIGURATION).get(name)
        if not isinstance(found, str) or not found.startswith(
            (issuer.partition("://")[0] + "://", "https://")
        ):
            raise ValueError(f"the provider's document has no {name}")
        return found

    return address
