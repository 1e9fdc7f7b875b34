"""People of an identity provider as accounts here: by (iss, sub), never by an unverified address."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auth.clock import Clock, utc_now
from auth.errors import AuthError, SignInFailed
from auth.people import LONGEST_NAME, People
from auth.sources import Account
from auth.storage import IdentityLinks

log = logging.getLogger(__name__)

Claims = dict[str, Any]
UserInfo = Callable[[str], Claims]
"""Asks the provider who a token's holder is; raises OSError or ValueError."""
ASK_AGAIN = 60.0
MOST_REMEMBERED = 1_000


@dataclass(frozen=True)
class AdmissionRules:
    """`approve`: whether new people are approved at once, as AUTO_APPROVAL says now."""

    admin_email: str
    approve: Callable[[], bool]


class Admission:
    """Finds the account, and makes it when somebody comes for the first time."""

    def __init__(
        self,
        people: People,
        links: IdentityLinks,
        rules: AdmissionRules,
        user_info: UserInfo | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._people = people
        self._links = links
        self._rules = rules
        self._user_info = user_info
        self._clock = clock
        self._asked: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def of_sign_in(self, claims: Claims) -> Account:
        """Who has just signed in at the provider. Raises SignInFailed with a sentence for them."""
        account = self._known(claims) or self._admitted(claims)
        if account is None:
            raise SignInFailed(
                "The provider has not verified your email address: verify it there, then sign in."
            )
        if self._people.is_disabled(account.email):
            raise SignInFailed("This account is locked; ask an administrator of the wiki.")
        return account

    def of_token(self, claims: Claims, token: str) -> Account | None:
        """Who a good access token speaks for: known, named by the token, or named by the provider when asked
        (once a minute at most)."""
        account = self._known(claims) or self._admitted(claims)
        if account is not None or self._user_info is None or not self._may_ask(claims):
            return account
        try:
            told = self._user_info(token)
        except (OSError, ValueError) as error:
            log.warning("the provider did not say whose token it is: %s", type(error).__name__)
            return None
        return self._admitted({**told, "iss": claims["iss"]}) if told.get("sub") == claims["sub"] else None

    def _known(self, claims: Claims) -> Account | None:
        email = self._links.account(claims["iss"], claims["sub"])
        return self._people.accounts.find(email) if email else None

    def _admitted(self, claims: Claims) -> Account | None:
        email = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(email, str):
            return None
        try:
            account = self._people.accounts.find(email) or self._add(email, claims)
        except AuthError as error:
            log.warning("somebody could not be admitted: %s", error)
            return None
        self._links.link(claims["iss"], claims["sub"], account.email)
        return account

    def _add(self, email: str, claims: Claims) -> Account:
        admin = email.strip().lower() == self._rules.admin_email.strip().lower()
        name = "".join(c for c in str(claims.get("name") or "") if c.isprintable() and c not in "<>")
        shown = name[:LONGEST_NAME].strip() or email.partition("@")[0]
        return self._people.add(shown, email, None, admin=admin, approved=admin or self._rules.approve())

    def _may_ask(self, claims: Claims) -> bool:
        who, now = (claims["iss"], claims["sub"]), self._clock().timestamp()
        with self._lock:
            if now - self._asked.get(who, -ASK_AGAIN) < ASK_AGAIN:
                return False
            if len(self._asked) >= MOST_REMEMBERED:
                self._asked.clear()
            self._asked[who] = now
            return True
