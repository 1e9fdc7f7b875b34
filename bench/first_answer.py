"""One fresh process, one answer: `python -m bench.first_answer KIND`, settings in the environment.

Prints what importing and answering took, as JSON: CPU seconds of the process and of the git commands it ran.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

PLAIN = "plain"
MCP = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25"}


@dataclass(frozen=True)
class Spent:
    """`cpu` in seconds; `modules` is how many were imported meanwhile."""

    cpu: float
    modules: int
    status: int
    size: int


def main() -> None:
    """Imports, answers, prints."""
    kind, page = sys.argv[1:]
    answer = plain if kind == PLAIN else wikibot
    begun, known = cpu(), len(sys.modules)
    status, size = answer(kind, page)
    spent = Spent(cpu() - begun, len(sys.modules) - known, status, size)
    print(json.dumps(asdict(spent)), flush=True)
    os._exit(0)  # the end of a process is not what is measured


def cpu() -> float:
    """CPU seconds of this process with all its threads, and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def plain(_kind: str, page: str) -> tuple[int, int]:
    """Otter Wiki as it comes, called as a WSGI server would. Imported here: that is what is measured."""
    from wsgiref.util import setup_testing_defaults

    from otterwiki.server import app

    environ: dict[str, str] = {"PATH_INFO": f"/{page}"}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    body = b"".join(app(environ, lambda status, _headers: statuses.append(status)))
    return int(statuses[0].partition(" ")[0]), len(body)


def wikibot(kind: str, page: str) -> tuple[int, int]:
    """The Lambda's handler with one event."""
    from gateway.aws_lambda import handler

    answer = handler(EVENTS[kind](page), None)
    return int(answer["statusCode"]), len(answer["body"])


def event(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: str = ""
) -> dict[str, object]:
    """API Gateway's version 2.0, as the handler gets it: an HTTP API has decoded the path."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "wiki.example.org", "x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7"},
            "domainName": "wiki.example.org",
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def call(page: str) -> dict[str, object]:
    """MCP's tools/call of read_page."""
    params = {"name": "read_page", "arguments": {"path": page}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    return event("POST", "/mcp", {**MCP, "content-type": "application/json"}, body)


EVENTS: Mapping[str, Callable[[str], dict[str, object]]] = {
    "health": lambda _page: event("GET", "/healthz"),
    "page view": lambda page: event("GET", f"/{page}"),
    "MCP call": call,
    "REST read": lambda page: event("GET", f"/api/v1/pages/{page}"),
}


if __name__ == "__main__":
    main()
