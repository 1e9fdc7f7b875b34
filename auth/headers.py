"""Reading what a request brings: credentials, cookies, and where the request says it comes from."""

import base64
import binascii
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.types import Scope

Headers = Iterable[tuple[bytes, bytes]]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of this name (in lower case)."""
    found: bytes | None = next((value for key, value in scope["headers"] if key == name), None)
    return None if found is None else found.decode("latin-1")


def bearer(value: str) -> str | None:
    """The token of `Bearer <token>` (RFC 6750 section 2.1)."""
    scheme, _, token = value.partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def basic_password(value: str) -> str | None:
    """The password of `Basic …` (RFC 7617); any name goes with it."""
    scheme, _, encoded = value.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return decoded.partition(":")[2] or None


def has_token_in_query(scope: Scope) -> bool:
    """A token in the address ends up in logs and histories (RFC 9700 section 4.3.2)."""
    query: bytes = scope.get("query_string", b"")
    return any(part.partition(b"=")[0] == b"access_token" for part in query.split(b"&"))


def cookie(scope: Scope, name: str) -> str | None:
    """A cookie's value. HTTP/2 may bring several Cookie headers."""
    for key, value in scope["headers"]:
        if key != b"cookie" or name.encode() not in value:
            continue
        try:
            found = SimpleCookie(value.decode("latin-1")).get(name)
        except CookieError:
            continue
        if found is not None:
            return str(found.value)
    return None


def is_foreign(scope: Scope, own: str) -> bool:
    """True if a page of another site sent this. `own` is our origin.

    Go's http.CrossOriginProtection: browsers say where a request comes from, programs say nothing.
    """
    site = header(scope, b"sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = header(scope, b"origin")
    return origin is not None and origin != own


def is_same_origin(scope: Scope, own: str) -> bool:
    """True if the browser says that one of our own pages sent this."""
    site, origin = header(scope, b"sec-fetch-site"), header(scope, b"origin")
    return not is_foreign(scope, own) and (site == "same-origin" or origin == own)
