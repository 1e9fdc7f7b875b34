"""Whether a caller has an answer already (RFC 9110 sections 8.8.3 and 13.1.2)."""

from collections.abc import Mapping
from hashlib import blake2b

from starlette.responses import Response


def tag_of(content: bytes) -> str:
    """A tag made of the answer's bytes."""
    return f'"{blake2b(content, digest_size=16).hexdigest()}"'


def tagged(
    content: bytes,
    tag: str,
    if_none_match: str | None,
    media_type: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer with its tag, to be asked for again each time; 304 without a body when the caller has it."""
    known = {item.strip().removeprefix("W/") for item in (if_none_match or "").split(",")}
    sent = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=sent)
    return Response(content, headers=sent, media_type=media_type)
