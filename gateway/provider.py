"""AuthKit, or any OpenID Connect provider with the same documents: keys, tokens, sign-in."""

import json
import urllib.request
from collections.abc import Callable
from functools import cache

from auth import Clock
from auth.issuer import Expected, IssuerTokens
from auth.keys import TIMEOUT, Keys, fetch_json
from auth.oidc_protocol import SignInProvider
from auth.provider import Admission, Claims, UserInfo
from auth.storage import OneTime
from gateway.settings import Settings

# What AuthKit knows; it may refuse a request for wiki:… (AUTH.md 1.4).
PROVIDER_SCOPES = ("openid", "profile", "email")
CONFIGURATION = "/.well-known/openid-configuration"
LARGEST = 64 * 1024


def keys_of(settings: Settings, clock: Clock) -> Keys | None:
    """The provider's keys, if there is a provider; asked for when the first token comes."""
    issuer = settings.authkit_domain
    if issuer is None:
        return None
    address = _endpoint(issuer, "jwks_uri")
    return Keys(address, settings.data / "jwks.json", settings.authkit_jwks, clock)


def issuer_of(settings: Settings, keys: Keys, admission: Admission, clock: Clock) -> IssuerTokens:
    """Its access tokens, made for our /mcp (DECISIONS 17: good for REST too)."""
    audiences = frozenset({f"{settings.public_url}/mcp"})
    expected = Expected(settings.authkit_domain or "", audiences, tuple(settings.mcp_scopes.split()))
    return IssuerTokens(expected, keys, admission, clock)


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
