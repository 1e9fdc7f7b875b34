"""The wiki's own authorization server: FastMCP's handlers over auth.db.

The only module of `auth` that knows fastmcp and the MCP SDK; imported in local mode, when the first request
for it comes (a second's work). Operational endpoints are below /-/oauth, the issuer is the wiki's origin.
"""

import logging
import math
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from anyio import to_thread
from fastmcp.server.auth.auth import AccessToken, OAuthProvider
from fastmcp.server.auth.cimd import CIMDDocument
from fastmcp.server.auth.ssrf import is_ip_allowed
from mcp.server.auth.provider import (
    AuthorizationCode,
    AuthorizationParams,
    AuthorizeError,
    RefreshToken,
    RegistrationError,
    TokenError,
)
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions
from mcp.shared.auth import InvalidRedirectUriError, InvalidScopeError, OAuthClientInformationFull, OAuthToken
from pydantic import AnyUrl, ValidationError
from starlette.routing import Route
from starlette.types import Scope

from auth.client_documents import ClientDocuments, DocumentRefused, is_document_address
from auth.parts import Parts
from auth.redirects import is_registered, may_register
from auth.scopes import ALL_SCOPES, known
from auth.secret import CODE, new_secret

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

REQUEST_SECONDS = 600.0
OPERATIONAL = frozenset({"/authorize", "/token", "/register", "/revoke"})
LONGEST_NAME = 80
PUBLIC = "none"
"""How clients prove themselves at the token endpoint: by PKCE alone. A secret that anybody gets by asking for
it proves nothing, and we would have to keep it; RFC 7591 section 3.2.1 lets us say so in the answer.
"""
UNNAMED = "An agent without a name"
asking: ContextVar[Scope] = ContextVar("wikibot_oauth_request")
"""The request that is being answered; the SDK's handlers do not hand it on."""


class Client(OAuthClientInformationFull):
    """A registered client. Where the SDK compares redirects by string we allow any port on loopback; an
    empty `scope` counts as none (ChatGPT sends one), and every client may ask for every scope: consent is
    what grants, and a client that was registered for reading has to be able to step up.
    """

    def validate_redirect_uri(self, redirect_uri: AnyUrl | None) -> AnyUrl:
        """Raises InvalidRedirectUriError."""
        registered = [str(uri) for uri in self.redirect_uris or ()]
        if redirect_uri is None and len(registered) == 1:
            return AnyUrl(registered[0])
        if redirect_uri is None or not is_registered(str(redirect_uri), registered):
            raise InvalidRedirectUriError("redirect_uri is not one that this client registered")
        return redirect_uri

    def validate_scope(self, requested_scope: str | None) -> list[str] | None:
        """Raises InvalidScopeError."""
        asked = (requested_scope or "").split()
        if set(asked) - set(ALL_SCOPES) - {"offline_access"}:
            raise InvalidScopeError(f"The scopes here are {' '.join(ALL_SCOPES)}")
        return list(known(asked)) or None


class LocalServer(OAuthProvider):
    """The provider behind the handlers. `metadata_documents`: whether a client may be an https URL (CIMD)."""

    def __init__(self, parts: Parts, *, metadata_documents: bool) -> None:
        super().__init__(
            base_url="http://localhost",  # never shown: we write the discovery documents ourselves
            client_registration_options=ClientRegistrationOptions(enabled=True, valid_scopes=None),
            revocation_options=RevocationOptions(enabled=True),
        )
        self._parts = parts
        self._documents = ClientDocuments(is_ip_allowed) if metadata_documents else None

    def operational_routes(self) -> list[Route]:
        """authorize, token, register and revoke."""
        return [route for route in self.get_routes(None) if route.path in OPERATIONAL]

    async def get_client(self, client_id: str) -> Client | None:
        """A registered client, or one that is described at its own https address."""
        if self._documents is not None and is_document_address(client_id):
            return await self._described(self._documents, client_id)
        found = await _in_thread(self._parts.clients.find, client_id)
        return None if found is None else Client.model_validate(found)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        """RFC 7591. Raises RegistrationError."""
        uris = [str(uri) for uri in client_info.redirect_uris or ()]
        if not uris or not all(may_register(uri) for uri in uris):
            raise RegistrationError(
                "invalid_redirect_uri",
                "Redirects are https, http on this machine, or the scheme of a known editor; no fragment.",
            )
        # Widened in the answer too: clients ask for what they were registered with.
        client_info.scope = " ".join(ALL_SCOPES)
        client_info.token_endpoint_auth_method = PUBLIC
        client_info.client_secret = client_info.client_secret_expires_at = None
        kept = client_info.model_dump(mode="json", exclude_none=True)
        if not await _in_thread(self._parts.clients.save, client_info.client_id, kept):
            raise RegistrationError("invalid_client_metadata", "Too many clients are registered here.")

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        """Keep the request and send the person to the question; nothing is granted by GET."""
        scope = asking.get()
        if params.resource and not self._parts.addresses.is_own_resource(scope, params.resource):
            raise AuthorizeError("invalid_target", "resource is not this wiki")
        txn = new_secret(CODE)
        asked = {
            "client": client.client_id,
            "name": _shown(client.client_name),
            "scopes": params.scopes or list(ALL_SCOPES),
            "challenge": params.code_challenge,
            "redirect_uri": str(params.redirect_uri),
            "redirect_given": params.redirect_uri_provided_explicitly,
            "resource": params.resource,
            "state": params.state,
        }
        await _in_thread(self._parts.once.put, "authorization", txn, asked, seconds=REQUEST_SECONDS)
        return f"{self._parts.addresses.of(scope)}/-/oauth/consent?txn={txn}"

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        """A second look at a used code ends what came of it."""
        code = await _in_thread(self._parts.grants.code, authorization_code, client.client_id)
        if code is None:
            return None
        return AuthorizationCode(
            code=authorization_code,
            scopes=list(code.family.scopes),
            expires_at=math.inf,  # it counts now, by our clock; exchanging it asks again
            client_id=code.family.client,
            code_challenge=code.challenge,
            redirect_uri=AnyUrl(code.redirect_uri),
            redirect_uri_provided_explicitly=code.redirect_given,
            resource=code.family.resource,
            subject=code.family.account,
        )

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        """The first tokens. Raises TokenError."""
        pair = await _in_thread(self._parts.grants.exchange_code, authorization_code.code)
        await _in_thread(self._parts.clients.used, client.client_id)
        return _answer(pair)

    async def load_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: str
    ) -> RefreshToken | None:
        """A refresh token that was used ends its family."""
        found = await _in_thread(self._parts.grants.refresh_token, refresh_token, client.client_id)
        if found is None or await _in_thread(self._parts.people.find, found.family.account) is None:
            return None
        return RefreshToken(
            token=refresh_token,
            client_id=found.family.client,
            scopes=list(found.scopes),
        )

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        """The next tokens; the refresh token rotates. Raises TokenError."""
        pair = await _in_thread(self._parts.grants.exchange_refresh, refresh_token.token, scopes)
        await _in_thread(self._parts.clients.used, client.client_id)
        return _answer(pair)

    async def load_access_token(self, token: str) -> AccessToken | None:
        """For revocation; the gate reads tokens itself."""
        found = await _in_thread(self._parts.grants.access_token, token)
        if found is None:
            return None
        return AccessToken(token=token, client_id=found.family.client, scopes=list(found.scopes))

    async def revoke_token(self, token: Any) -> None:
        """RFC 7009: the whole grant ends, whichever of its tokens was given."""
        find = self._parts.grants.access_token
        found = await _in_thread(find, token.token)
        if found is None:
            found = await _in_thread(self._parts.grants.refresh_token, token.token, token.client_id)
        if found is not None:
            await _in_thread(self._parts.grants.end, found.family.id)
            await _in_thread(
                self._parts.audit.note, "grant_ended", who=found.family.account, client=found.family.client
            )

    async def _described(self, documents: ClientDocuments, client_id: str) -> Client | None:
        try:
            document = CIMDDocument.model_validate(await documents.get(client_id))
        except (DocumentRefused, ValidationError) as error:
            log.info("a client's metadata document was refused: %s", type(error).__name__)
            return None
        uris = [uri for uri in document.redirect_uris if may_register(uri)]
        if not uris or document.token_endpoint_auth_method != PUBLIC:
            return None
        return Client(
            client_id=client_id,
            client_name=document.client_name,
            redirect_uris=[AnyUrl(uri) for uri in uris],
            token_endpoint_auth_method=PUBLIC,
            scope=" ".join(ALL_SCOPES),
        )


def _answer(pair: Any) -> OAuthToken:
    if pair is None:
        raise TokenError("invalid_grant", "This was used before; what came of it is ended.")
    return OAuthToken(
        access_token=pair.access,
        expires_in=pair.seconds,
        scope=" ".join(pair.scopes),
        refresh_token=pair.refresh,
    )


def _shown(name: str | None) -> str:
    """A client's own name in one printable line."""
    tidy = " ".join("".join(char if char.isprintable() else " " for char in name or "").split())
    return tidy[:LONGEST_NAME] or UNNAMED


async def _in_thread(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await to_thread.run_sync(lambda: func(*args, **kwargs))
