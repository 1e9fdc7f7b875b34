"""What clients read before they sign in: RFC 9728 for the resources, RFC 8414 for the local server."""

from collections.abc import Mapping

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth.address import RESOURCES
from auth.challenge import METADATA
from auth.oauth import PREFIX
from auth.parts import Parts
from auth.scopes import ALL_SCOPES

SERVER_DOCUMENTS = ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration")
HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
PREFLIGHT = HEADERS | {"Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "*"}
NONE = {"error": "not_found", "error_description": "This wiki has no accounts: nobody has to sign in."}


class Discovery:
    """The documents. `issuer` is somebody else's authorization server, None is our own; `scopes` is what
    clients ask it for; `metadata_documents`, whether a client may be an https URL (CIMD)."""

    def __init__(
        self,
        parts: Parts,
        *,
        issuer: str | None = None,
        scopes: tuple[str, ...] = ALL_SCOPES,
        metadata_documents: bool = False,
    ) -> None:
        self._parts = parts
        self._issuer = issuer
        self._scopes = scopes
        self._metadata_documents = metadata_documents

    def routes(self) -> list[Route]:
        """At the root of the origin, where RFC 8414 and RFC 9728 want them."""
        resources = [Route(METADATA + path, self._resource, methods=["GET", "OPTIONS"]) for path in RESOURCES]
        return [
            *resources,
            Route(METADATA, self._bare, methods=["GET", "OPTIONS"]),
            *(Route(path, self._server, methods=["GET", "OPTIONS"]) for path in SERVER_DOCUMENTS),
        ]

    async def _resource(self, request: Request) -> Response:
        origin = self._parts.addresses.of(request.scope)
        resource = request.url.path.removeprefix(METADATA)
        return await self._answered(
            request,
            {
                "resource": origin + resource,
                "authorization_servers": [self._issuer or origin],
                "scopes_supported": list(self._scopes),
                "bearer_methods_supported": ["header"],
                "resource_name": self._parts.look().site_name,
            },
        )

    async def _bare(self, request: Request) -> Response:  # noqa: ARG002 - an endpoint's signature
        """Clients that know no path get the one that all others have."""
        return RedirectResponse(METADATA + RESOURCES[0], 307, headers=HEADERS)

    async def _server(self, request: Request) -> Response:
        """Our own server's document; the other one's is where it is (older clients look here)."""
        if self._issuer is not None:
            path = SERVER_DOCUMENTS[0] if request.url.path == SERVER_DOCUMENTS[0] else SERVER_DOCUMENTS[1]
            return RedirectResponse(self._issuer.rstrip("/") + path, 307, headers=HEADERS)
        origin = self._parts.addresses.of(request.scope)
        return await self._answered(
            request, server_document(origin, metadata_documents=self._metadata_documents)
        )

    async def _answered(self, request: Request, document: Mapping[str, object]) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        if not await to_thread.run_sync(self._parts.identities.can_sign_in):
            return JSONResponse(NONE, 404, headers={**HEADERS, "Cache-Control": "no-store"})
        return JSONResponse(document, headers=HEADERS)


def server_document(origin: str, *, metadata_documents: bool) -> dict[str, object]:
    """RFC 8414. `issuer` is, as a string, what the resource's document names."""
    base, methods = origin + PREFIX, ["none"]
    return {
        "issuer": origin,
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}/token",
        "registration_endpoint": f"{base}/register",
        "revocation_endpoint": f"{base}/revoke",
        "scopes_supported": list(ALL_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": metadata_documents,
    }
