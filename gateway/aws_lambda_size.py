"""Lambda's limit: an answer of more than 6 MB does not go out, so it is refused with a way around."""

import base64
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from auth import Door, door_of
from gateway.errors import STATUS

LIMIT = 6_291_556
"""Bytes of the answer's JSON (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB;
the platform's own error names the number)."""
SMALL = 1_000_000
"""Bytes of a body that fits in any case: JSON makes six of one at most."""
BODY = (LIMIT - 64 * 1024) // 4 * 3
"""Bytes of a body that always fits, as base64, beside its headers."""

AROUND: Mapping[Door, str] = MappingProxyType(
    {
        "browser": "take it from the wiki's repository with git, or from a wiki on a machine of yours",
        "rest": "ask for less at a time, accept gzip, or take it from the wiki's repository with git",
        "mcp": "ask for less: a section, a smaller limit",
        "git": "fetch in steps (git clone --depth 1, then git fetch --deepen=100), or restore a backup",
    }
)


def fitted(answer: Mapping[str, Any], body: bytes) -> dict[str, Any] | None:
    """The whole answer, its body as text or as base64; None if neither fits."""
    room = LIMIT - len(json.dumps({**answer, "body": "", "isBase64Encoded": False}))
    text = _text(body)
    if text is not None and (len(body) <= SMALL or len(json.dumps(text)) - 2 <= room):
        return {**answer, "body": text, "isBase64Encoded": False}
    if -(-len(body) // 3) * 4 > room:
        return None
    return {**answer, "body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def refused(path: str, size: int, request_id: str | None) -> dict[str, Any]:
    """413 `too_large`: JSON for programs, a sentence for people."""
    door = door_of(path)
    around = AROUND.get(door, AROUND["rest"])
    sentence = (
        f"The answer has {size:,} bytes, and AWS Lambda, where this wiki runs, lets {BODY:,} through: "
        f"{around}."
    )
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    headers |= {"x-request-id": request_id} if request_id else {}
    if door == "browser":
        return _answer(sentence, {**headers, "content-type": "text/plain; charset=utf-8"})
    body = json.dumps({"error": sentence, "code": "too_large", "limit": BODY})
    return _answer(body, {**headers, "content-type": "application/json"})


def _answer(body: str, headers: dict[str, str]) -> dict[str, Any]:
    headers["content-length"] = str(len(body.encode()))
    answer = {"statusCode": STATUS["too_large"], "headers": headers, "cookies": []}
    return {**answer, "body": body, "isBase64Encoded": False}


def _text(body: bytes) -> str | None:
    """The body as text, which is sent as UTF-8 again; None for other bytes."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
