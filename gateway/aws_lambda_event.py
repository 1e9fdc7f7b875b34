"""HTTP events to ASGI and back: API Gateway's HTTP API (payload 2.0) and function URLs.

Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
and https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html. Mangum's own handler decodes every path
once more and cannot be told which of the two it has.
"""

import base64
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

from gateway.aws_lambda_size import fitted, refused

FUNCTION_URL = ".lambda-url."
"""Stands in the domain name of a function URL, whatever stands in front of it."""
ALWAYS = 3600.0
"""Seconds left, where nobody says how many: a caller that is no Lambda."""
HTTPS = 443

Event = Mapping[str, Any]
Headers = Iterable[tuple[bytes, bytes]]


class WebEvent:
    """What Mangum calls a handler: `scope` and `body` for the app, and a call for its answer."""

    @classmethod
    def infer(cls, event: Event, _context: object, _config: object = None) -> bool:
        """Whether this is an HTTP request; the rest is scheduled work."""
        return "http" in event.get("requestContext", {}) and event.get("version") == "2.0"

    def __init__(self, event: Event, context: object, _config: object = None) -> None:
        self._event = event
        self._path, self._raw_path = _paths(event)
        self._method: str = event["requestContext"]["http"]["method"]
        self._context = context

    @property
    def body(self) -> bytes:
        """The request's body as it was sent."""
        body: str = self._event.get("body") or ""
        return base64.b64decode(body) if self._event.get("isBase64Encoded") else body.encode()

    @property
    def scope(self) -> dict[str, Any]:
        """An ASGI scope. Address and scheme come from the platform: the headers are the caller's words."""
        context = self._event["requestContext"]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": context["http"].get("protocol", "HTTP/1.1").removeprefix("HTTP/"),
            "method": self._method,
            "scheme": "https",  # neither of the two listens without TLS
            "path": self._path,
            "raw_path": self._raw_path,
            "root_path": "",
            "query_string": self._event.get("rawQueryString", "").encode(),
            "headers": _headers(self._event),
            "client": (context["http"]["sourceIp"], 0),
            "server": (context.get("domainName", "localhost"), HTTPS),
            "deadline": time.monotonic() + seconds_left(self._context),
        }

    def __call__(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """The answer as the platform wants it; 413 in its place where it would be too large."""
        headers, cookies = _separated(response["headers"])
        answer = {"statusCode": response["status"], "headers": headers, "cookies": cookies}
        body = b"" if self._method == "HEAD" else response["body"]
        return fitted(answer, body) or refused(self._path, len(body), headers.get("x-request-id"))


def seconds_left(context: object) -> float:
    """Until the platform ends the invocation."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    return left() / 1000 if left else ALWAYS


def _paths(event: Event) -> tuple[str, bytes]:
    """The decoded path and the one that was sent. An HTTP API has decoded it already, and cut it at a `?`."""
    path: str = event["rawPath"] or "/"
    if FUNCTION_URL in event["requestContext"].get("domainName", ""):
        return unquote(path), path.encode()
    return path, quote(path).encode()


def _headers(event: Event) -> list[tuple[bytes, bytes]]:
    """Names in lower case; repeated ones were joined with a comma before us. Cookies stand apart."""
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _separated(headers: Headers) -> tuple[dict[str, str], list[str]]:
    """Headers once each, repeated ones as a list (RFC 9110 section 5.3); Set-Cookie, which is none, apart."""
    joined: dict[str, str] = {}
    cookies: list[str] = []
    for raw, value in headers:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        if name == "set-cookie":
            cookies.append(text)
        else:
            joined[name] = f"{joined[name]}, {text}" if name in joined else text
    return joined, cookies
