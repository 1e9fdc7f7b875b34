"""Who signs people in, and what stops the start because it would let the wrong ones in."""

from typing import Literal

from auth.sources import AccountSource
from gateway.settings import Settings
from gateway.start import StartError

Mode = Literal["single user", "accounts", "provider"]


def mode_of(settings: Settings, accounts: AccountSource) -> Mode:
    """Single user: no account and this machine only. The first account ends it, at the next request."""
    if settings.authkit_domain:
        return "provider"
    return "single user" if settings.single_user and not accounts.exist() else "accounts"


def refuse_unsafe(settings: Settings, accounts: AccountSource) -> None:
    """Raises StartError where the settings leave the wiki without anybody who may sign in, or without an
    address of its own to sign in at."""
    if settings.authkit_domain:
        _refuse_provider(settings)
        return
    if settings.local_only:
        return
    if not accounts.exist() and not settings.api_key and not settings.allow_anonymous_write:
        raise StartError(
            "Others can reach this wiki and nobody has an account: make one with wikibot user add, "
            "set WIKIBOT_AUTHKIT_DOMAIN, or serve this machine alone with WIKIBOT_HOST=127.0.0.1."
        )
    if accounts.exist() and not settings.public_url:
        raise StartError(
            "People sign in here, so the wiki has to know its own address: set WIKIBOT_PUBLIC_URL, "
            "such as https://wiki.example.org."
        )


def _refuse_provider(settings: Settings) -> None:
    needed = {
        "WIKIBOT_PUBLIC_URL": settings.public_url,
        "WIKIBOT_AUTHKIT_CLIENT_ID": settings.authkit_client_id,
        "WIKIBOT_AUTHKIT_CLIENT_SECRET": settings.authkit_client_secret,
        "WIKIBOT_ADMIN_EMAIL": settings.admin_email,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise StartError(f"WIKIBOT_AUTHKIT_DOMAIN is set, and so {' and '.join(missing)} must be.")
