"""Access tokens of somebody else's authorization server: JWTs, checked by RFC 9068 section 4 and RFC 8725.

The header is never believed: the algorithm is of our list, keys come from the issuer's own set alone, and
`jwk`, `jku` and `x5u` are not looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from auth.clock import Clock, utc_now
from auth.errors import KeysUnavailable
from auth.identities import NOT_VALID, Foreign, Refused
from auth.keys import Keys
from auth.provider import Admission, Claims
from auth.scopes import ALL_SCOPES, known

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
LEEWAY = 30.0
"""Seconds that two clocks may differ."""
TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
LONGEST = 16_384
UNAVAILABLE = Refused(
    "The sign-in provider's keys cannot be had now; try again in a moment.", 503, "unavailable"
)


@dataclass(frozen=True)
class Expected:
    """What a token must say: who issued it, and that it is for us."""

    issuer: str
    audiences: frozenset[str]
    scopes: Sequence[str] = ALL_SCOPES


class IssuerTokens:
    """Verifies tokens and finds the account behind them. A `Bearer` for auth.identities."""

    def __init__(self, expected: Expected, keys: Keys, admission: Admission, clock: Clock = utc_now) -> None:
        self._expected = expected
        self._keys = keys
        self._admission = admission
        self._clock = clock

    def account(self, token: str) -> Foreign | Refused:
        """Whose token it is and what it may be used for."""
        try:
            claims = self.claims(token)
        except KeysUnavailable:
            return UNAVAILABLE
        if claims is None:
            return NOT_VALID
        account = self._admission.of_token(claims, token)
        if account is None:
            return Refused(
                "Sign in to the wiki once in a browser; then this token counts.", 403, "permission_denied"
            )
        return Foreign(account.email, self._scopes(claims), claims.get("client_id") or claims.get("azp"))

    def claims(self, token: str) -> Claims | None:
        """The claims of a good token, None of any other. Raises KeysUnavailable."""
        if len(token) > LONGEST or token.count(".") != 2:
            return None
        try:
            header = jws.extract_compact(token.encode()).headers()
            if str(header.get("typ", "jwt")).lower() not in TYPES or header.get("alg") not in ALGORITHMS:
                return None
            kid = header.get("kid")
            keys = self._keys.find(kid if isinstance(kid, str) else None)
            decoded = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        except (JoseError, ValueError, TypeError):
            return None
        return decoded.claims if self._are_good(decoded.claims) else None

    def _are_good(self, claims: Claims) -> bool:
        now = self._clock().timestamp()
        if not _time(claims.get("exp"), 0) + LEEWAY > now:
            return False
        if any(_time(claims.get(name, 0), now + 2 * LEEWAY) - LEEWAY > now for name in ("nbf", "iat")):
            return False
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        return (
            claims.get("iss") == self._expected.issuer
            and isinstance(claims.get("sub"), str)
            and bool(claims["sub"])
            and any(isinstance(one, str) and one in self._expected.audiences for one in audiences)
        )

    def _scopes(self, claims: Claims) -> tuple[str, ...]:
        """Ours, where the token names any of them; a provider that does not know them leaves it to the
        account's rights (AUTH.md 1.4)."""
        scope = claims.get("scope")
        named = known(scope.split()) if isinstance(scope, str) else ()
        return named or known(self._expected.scopes)


def _time(value: Any, otherwise: float) -> float:
    """A time as seconds since 1970; what is no number counts as `otherwise`."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
