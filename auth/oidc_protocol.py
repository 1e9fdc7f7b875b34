"""What the pages need of a sign-in provider's client; `auth.oidc` has the real one, loaded when needed."""

from typing import Protocol

from starlette.requests import Request

from auth.provider import Claims


class SignInProvider(Protocol):
    """Both raise SignInFailed with a sentence for the person."""

    async def start(self, request: Request, callback: str, to: str) -> tuple[str, str]:
        """(where to send the browser, the secret of its cookie)."""
        ...

    async def finish(self, request: Request, secret: str | None) -> tuple[Claims, str]:
        """(the verified claims, where the person wanted to go)."""
        ...
