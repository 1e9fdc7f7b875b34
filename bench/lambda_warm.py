"""The rows of the warm Lambda: what one event costs inside the handler, without a network.

`python -m bench.lambda_warm PAGE REPEATS` measures in a process of its own, as the runtime would have one,
and prints JSON; the platform's part (TLS, the gateway, the event's way) is AWS's and not measured.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.measure import Effort, Result
from bench.report import NO_DOOR, Row
from bench.wikis import Wiki

WANTED = {"health": 2.0, "MCP call": 6.0, "page view, repeated": 15.0}
"""Milliseconds, p50 (issue 6)."""
MCP = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
AGENT = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
}


def rows(wiki: Wiki, effort: Effort) -> Iterator[Row]:
    """Health, a tool call, a page again and again."""
    found = _measured(wiki, effort.repeats)
    for name, wanted in WANTED.items():
        yield Row(wiki.name, f"Lambda handler: {name}", "warm", found[name], NO_DOOR, wanted)


def _measured(wiki: Wiki, repeats: int) -> dict[str, Result]:
    variables = {
        "WIKIBOT_DATA": str(wiki.data),
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
        "WIKIBOT_LOG_LEVEL": "WARNING",
        "WIKIBOT_PUBLIC_URL": "https://wiki.example.org",
        "WIKIBOT_EMBEDDINGS": "none",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.lambda_warm", wiki.page, str(repeats)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        return dict.fromkeys(WANTED, Result(void=done.stderr.strip().splitlines()[-1][:80]))
    return {name: Result(**fields) for name, fields in json.loads(done.stdout.splitlines()[-1]).items()}


def _events(page: str) -> dict[str, dict[str, Any]]:
    call = {**MCP, "params": {"name": "read_page", "arguments": {"path": page}}}
    return {
        "health": _event("/healthz"),
        "MCP call": _event("/mcp", "POST", AGENT, json.dumps(call)),
        "page view, repeated": _event(f"/{page}"),
    }


def _event(path: str, method: str = "GET", headers: Any = None, body: str = "") -> dict[str, Any]:
    """An event of an HTTP API, whose paths come decoded."""
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"}
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "wiki.example.org", **(headers or {})},
        "requestContext": {"domainName": "wiki.example.org", "http": http},
        "body": body,
        "isBase64Encoded": False,
    }


def _time(event: dict[str, Any], repeats: int) -> dict[str, Any]:
    """The row's fields; a wrong answer voids it."""
    from gateway.aws_lambda import handler  # it belongs to the process that is measured

    times = []
    answer: dict[str, Any] = {}
    for _ in range(repeats + 3):
        begin = time.perf_counter()
        answer = handler(event, None)
        times.append((time.perf_counter() - begin) * 1000)
    if answer["statusCode"] != 200 or '"isError":true' in answer["body"]:
        return {"void": f"status {answer['statusCode']}: {answer['body'][:60]}"}
    warm = sorted(times[3:])
    return {
        "p50": statistics.median(warm),
        "p95": warm[min(len(warm) - 1, round(0.95 * len(warm)))],
        "samples": len(warm),
        "status": answer["statusCode"],
        "size": len(answer["body"].encode()),
        "encoding": answer["headers"].get("content-encoding", "identity"),
    }


def main(page: str, repeats: int) -> None:
    """Prints one line of JSON: the rows by name."""
    print(json.dumps({name: _time(event, repeats) for name, event in _events(page).items()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
