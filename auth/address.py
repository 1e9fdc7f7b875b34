"""The wiki's own address, from which every URL of OAuth derives; and what is called after it."""

from urllib.parse import urlsplit

from starlette.types import Scope

from auth.headers import header

RESOURCES = ("/mcp", "/api/v1")


class Addresses:
    """`public_url` is what was set. Without one the wiki is for this machine only, and LocalOnly has made
    sure that the Host is one of its names."""

    def __init__(self, public_url: str | None) -> None:
        self._public_url = public_url

    def of(self, scope: Scope) -> str:
        """The origin, without a slash at its end: https://wiki.example.org."""
        if self._public_url:
            return self._public_url
        return f"{scope.get('scheme', 'http')}://{header(scope, b'host') or 'localhost'}"

    def is_own_resource(self, scope: Scope, resource: str) -> bool:
        """Whether a resource indicator (RFC 8707) means us: the origin, /mcp or /api/v1."""
        own = self.of(scope)
        return resource.rstrip("/") in {own, *(own + path for path in RESOURCES)}

    def is_secure(self, scope: Scope) -> bool:
        """True on https: cookies then never travel in the clear."""
        return self.of(scope).startswith("https://")

    def cookie(self, scope: Scope, name: str) -> str:
        """A cookie's name: bound to the host on https (RFC 6265bis section 4.1.3.2); on this machine's
        http with the port, because cookies do not know ports and another wiki may run beside."""
        if self.is_secure(scope):
            return f"__Host-{name}"
        return f"{name}_{urlsplit(self.of(scope)).port or 80}"
