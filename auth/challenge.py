"""What a refused caller is told to do: WWW-Authenticate (RFC 6750 section 3, RFC 9728 section 5.1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.types import Scope

from auth.address import Addresses
from auth.doors import door_of
from auth.policy import OPERATIONS
from auth.scopes import ALL_SCOPES, scopes_for

GIT = 'Basic realm="wiki: any name, and a personal access token as the password", charset="UTF-8"'
METADATA = "/.well-known/oauth-protected-resource"


@dataclass(frozen=True)
class Challenges:
    """`can_sign_in`: whether there is an authorization server to point to. `scopes`: what to ask it for,
    where its scopes are not ours."""

    addresses: Addresses
    can_sign_in: Callable[[], bool]
    scopes: Sequence[str] | None = None

    def of(
        self,
        scope: Scope,
        *,
        error: str | None = None,
        operation: str | None = None,
        description: str | None = None,
    ) -> str:
        """The header for this request; `operation` is what it wanted to do. Blocks: call it in a thread."""
        if door_of(scope["path"]) == "git":
            return GIT
        values = {"error": error, "error_description": description}
        if self.can_sign_in():
            values["scope"] = " ".join(self._needed(operation))
            values["resource_metadata"] = self._metadata(scope)
        shown = ", ".join(f'{name}="{value}"' for name, value in values.items() if value)
        return f"Bearer {shown}".strip()

    def _needed(self, operation: str | None) -> Sequence[str]:
        if self.scopes is not None:
            return self.scopes
        return scopes_for(OPERATIONS[operation]) if operation else ALL_SCOPES

    def _metadata(self, scope: Scope) -> str:
        resource = "/api/v1" if door_of(scope["path"]) == "rest" else "/mcp"
        return f"{self.addresses.of(scope)}{METADATA}{resource}"
