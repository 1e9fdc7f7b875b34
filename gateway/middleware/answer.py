"""Short answers of the middleware itself: JSON for programs, one plain sentence for browsers."""

import json

from starlette.types import Send

from auth import door_of

SECURITY = [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store")]


async def refuse(send: Send, path: str, status: int, code: str, sentence: str) -> None:
    """Send a whole answer with a code of DECISIONS 6."""
    if door_of(path) == "browser":
        kind, body = b"text/plain; charset=utf-8", sentence.encode()
    else:
        kind, body = b"application/json", json.dumps({"error": sentence, "code": code}).encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *SECURITY]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
