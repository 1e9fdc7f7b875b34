"""Header names and numbers that have no honest use, out before anything reads them.

WSGI folds `x_otterwiki_email` and `X-Otterwiki-Email` into one key and joins duplicates, so that a header
could name a person (AUTH.md section 4, "spoofing"; Django's CVE-2015-0219 was the same confusion).
"""

from collections import Counter

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.middleware.answer import refuse

# Two of these and nobody can say which one counts.
ONCE = frozenset({b"authorization", b"host", b"content-length"})
DROPPED = frozenset({b"x-real-ip", b"remote-user"})


class CleanHeaders:
    """Names are lower-cased; those with `_`, and those that claim an identity, are dropped."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """400 for ambiguous headers (RFC 9112 sections 3.2 and 6.1)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = [(name.lower(), value) for name, value in scope["headers"]]
        headers = [pair for pair in headers if b"_" not in pair[0] and not _claims_identity(pair[0])]
        doubled = _ambiguous(Counter(name for name, _ in headers))
        if doubled:
            await refuse(send, scope["path"], 400, "invalid_input", f"The header {doubled} is ambiguous.")
            return
        scope["headers"] = headers
        await self._app(scope, receive, send)


def _claims_identity(name: bytes) -> bool:
    return name in DROPPED or name.startswith(b"x-otterwiki-")


def _ambiguous(counts: Counter[bytes]) -> str | None:
    for name in sorted(ONCE):
        if counts[name] > 1:
            return name.decode()
    if counts[b"content-length"] and counts[b"transfer-encoding"]:
        return "content-length"
    return None
