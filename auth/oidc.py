"""Browser sign-in at an OpenID Connect provider: authorization code and PKCE, by authlib's client.

The only module that knows authlib; imported when somebody signs in. What the client keeps between the two
requests (state, nonce, verifier) stays here; the browser gets a name for it in a cookie.
"""

import logging
import secrets
from typing import Any

from anyio import to_thread
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request

from auth.errors import SignInFailed
from auth.provider import Claims
from auth.storage import OneTime

log = logging.getLogger(__name__)

SCOPE = "openid profile email"
SECONDS = 600.0
FAILED = "The sign-in did not work: try again."


class Provider:
    """One provider, by its issuer."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, once: OneTime) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._once = once
        oauth = OAuth()
        oauth.register(
            "provider",
            client_id=client_id,
            client_secret=client_secret,
            server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": SCOPE, "code_challenge_method": "S256", "timeout": 5.0},
        )
        self._client: Any = oauth.provider

    async def start(self, request: Request, callback: str, to: str) -> tuple[str, str]:
        """(where to send the browser, the secret of its cookie). Raises SignInFailed."""
        kept: dict[str, Any] = {}
        request.scope["session"] = kept
        try:
            answer = await self._client.authorize_redirect(request, callback)
        except Exception as error:
            raise _failed(error) from error
        secret = secrets.token_urlsafe(32)
        await to_thread.run_sync(self._keep, secret, {"client": kept, "next": to})
        return str(answer.headers["location"]), secret

    async def finish(self, request: Request, secret: str | None) -> tuple[Claims, str]:
        """(the verified claims of the ID token, where the person wanted to go). Raises SignInFailed."""
        kept = await to_thread.run_sync(self._once.take, "sign_in", secret or "")
        if kept is None:
            raise SignInFailed(FAILED)
        request.scope["session"] = kept["client"]
        # RFC 9207: authlib does not look at it. Without one there is one provider only, and no mix-up.
        if request.query_params.get("iss", self._issuer) != self._issuer:
            raise SignInFailed(FAILED)
        try:
            token = await self._client.authorize_access_token(request, claims_options=self._claims())
        except Exception as error:
            raise _failed(error) from error
        claims = token.get("userinfo")
        if not claims or not claims.get("sub"):
            raise SignInFailed(FAILED)
        return dict(claims), str(kept["next"])

    def _claims(self) -> dict[str, Any]:
        """Without these authlib takes a foreign `aud` when `azp` is ours (AUTH.md 3.2)."""
        return {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }

    def _keep(self, secret: str, data: dict[str, Any]) -> None:
        self._once.put("sign_in", secret, data, seconds=SECONDS)


def _failed(error: Exception) -> SignInFailed:
    """What was wrong goes to the log, by its kind: the text may hold what the provider sent."""
    expected = isinstance(error, OAuthError | JoseError)
    log.warning("a sign-in at the provider failed: %s", type(error).__name__)
    return SignInFailed(FAILED if expected else "The provider does not answer now: try again in a moment.")
