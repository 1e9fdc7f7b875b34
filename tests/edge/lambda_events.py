"""HTTP requests as the events that AWS makes of them, and answers back; each kind with its own habits.

Sources: the payload format 2.0 (AWS, "Working with AWS Lambda proxy integrations for HTTP APIs" and "Invoking
Lambda function URLs"); that an HTTP API decodes the path, cuts it at a decoded `?` and renames
WWW-Authenticate: DEPLOY.md section 3.
"""

import base64
import json
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

Kind = Literal["http-api", "function-url"]
Headers = Sequence[tuple[str, str]]

HOPS = {"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "proxy-connection", "expect"}
TEXT = ("text/", "application/json", "application/javascript", "application/xml")
REMAPPED = {"www-authenticate": "x-amzn-remapped-www-authenticate"}
FAILED = {
    "http-api": (500, b'{"message":"Internal Server Error"}'),
    "function-url": (502, b'{"Message":"Internal Server Error"}'),
}


@dataclass(frozen=True)
class Request:
    """A request as it came over the socket: `target` not decoded, `headers` in order and as often as sent."""

    method: str
    target: str
    headers: Headers
    body: bytes
    client: str = "127.0.0.1"


@dataclass(frozen=True)
class Answer:
    """What goes back over the socket."""

    status: int
    headers: Headers
    body: bytes


def event_of(request: Request, kind: Kind) -> dict[str, Any]:
    """The event."""
    path, _, query = request.target.partition("?")
    path = unquote(path).partition("?")[0] if kind == "http-api" else path
    headers = _merged(request)
    cookies = headers.pop("cookie", "")
    domain = headers.get("host", "").partition(":")[0]
    name = domain if kind == "http-api" else "abcdefghij.lambda-url.eu-central-1.on.aws"
    body, encoded = _body(request.body, headers.get("content-type", ""))
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": _context(request, path, name),
        "isBase64Encoded": encoded,
    }
    event |= {"body": body} if request.body else {}
    event |= {"cookies": cookies.split("; ")} if cookies else {}
    pairs = parse_qsl(query, keep_blank_values=True)
    return event | ({"queryStringParameters": dict(pairs)} if pairs else {})


def answer_of(answer: dict[str, Any] | None, kind: Kind) -> Answer:
    """The HTTP answer for what the handler gave; None, or something without a status, is a failure."""
    if answer is None or "statusCode" not in answer:
        status, text = FAILED[kind]
        return Answer(status, [("content-type", "application/json")], text)
    headers = [(_renamed(name, kind), str(value)) for name, value in (answer.get("headers") or {}).items()]
    headers += [("set-cookie", cookie) for cookie in answer.get("cookies") or []]
    body = answer.get("body") or ""
    data = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    return Answer(answer["statusCode"], headers, data)


def _renamed(name: str, kind: Kind) -> str:
    return REMAPPED.get(name.lower(), name.lower()) if kind == "http-api" else name.lower()


def _merged(request: Request) -> dict[str, str]:
    """Lower-cased, repeated ones joined by a comma; what the platform adds about the caller."""
    merged: dict[str, str] = {}
    for name, value in request.headers:
        low = name.lower()
        glue = "; " if low == "cookie" else ","
        merged[low] = f"{merged[low]}{glue}{value}" if low in merged else value
    forwarded = merged.get("x-forwarded-for")
    merged["x-forwarded-for"] = f"{forwarded}, {request.client}" if forwarded else request.client
    merged |= {"x-forwarded-proto": "https", "x-forwarded-port": "443"}
    return {name: value for name, value in merged.items() if name not in HOPS}


def _body(body: bytes, kind: str) -> tuple[str, bool]:
    if any(kind.startswith(text) for text in TEXT):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), bool(body)


def _context(request: Request, path: str, domain: str) -> dict[str, Any]:
    return {
        "accountId": "123456789012",
        "apiId": "abcdefghij",
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client,
            "userAgent": "",
        },
        "requestId": uuid.uuid4().hex,
        "routeKey": "$default",
        "stage": "$default",
        "timeEpoch": int(time.time() * 1000),
    }


def size_of(event: dict[str, Any]) -> int:
    """Bytes of an event as the platform passes it on."""
    return len(json.dumps(event).encode())
