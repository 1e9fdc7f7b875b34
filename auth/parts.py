"""The opened parts of identity, as pages and doors use them. All of them block: call them in threads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auth.address import Addresses
from auth.audit import AuditLog
from auth.challenge import Challenges
from auth.identities import Identities
from auth.people import People
from auth.provider import Admission
from auth.sources import RightsSource
from auth.storage import (
    Attempts,
    Clients,
    Database,
    Grants,
    IdentityLinks,
    OneTime,
    PersonalTokens,
    Sessions,
)

if TYPE_CHECKING:
    from auth.keys import Keys  # it brings joserfc, which only a provider's tokens need


@dataclass(frozen=True)
class Look:
    """What the wiki calls itself; `logo` is a path or an URL."""

    site_name: str
    logo: str = "/static/img/otterhead.png"


@dataclass(frozen=True)
class Parts:
    """`first_run` is True where the first account may be made in the browser: on this machine only.
    `admission` and `keys` are there where people sign in at a provider.
    """

    database: Database
    people: People
    rights: RightsSource
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
    audit: AuditLog
    look: Callable[[], Look]
    first_run: bool
    admission: Admission | None = None
    keys: "Keys | None" = None
