"""The Lambda handler: one start for several events, nothing heavy before it is needed.

Each test runs the handler in a process of its own, as the Lambda runtime does.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HEAVY = ["flask", "otterwiki", "a2wsgi", "uvicorn", "fastmcp", "mcp", "numpy", "faiss", "onnx", "onnxruntime"]
# Prints one line of JSON for each event, with what the process has loaded by then.
DRIVER = """
import json, sys, threading
events, heavy = json.loads(sys.argv[1]), json.loads(sys.argv[2])
from gateway.aws_lambda import handler
for event in events:
    before = set(sys.modules)
    answer = handler(event, None)
    loaded = [name for name in heavy if name in sys.modules]
    new = sorted(set(sys.modules) - before)
    said = {"status": answer["statusCode"], "body": answer["body"], "heavy": loaded, "new": new}
    print(json.dumps({**said, "threads": [thread.native_id for thread in threading.enumerate()]}))
handler.close()
print(json.dumps({"status": "closed"}))
"""


def event(path: str, method: str = "GET", body: str | None = None) -> dict[str, Any]:
    """An HTTP API event, payload format 2.0 (AWS, "Working with AWS Lambda proxy integrations")."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": "wiki.example.org",
            "content-type": "application/json",
            "x-forwarded-for": "192.0.2.1",
        },
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "body": body,
        "isBase64Encoded": False,
    }


def run(
    data: Path, events: list[dict[str, Any]], driver: str = DRIVER, **variables: str
) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "WIKIBOT_DATA": str(data), "WIKIBOT_LOG_LEVEL": "ERROR", **variables}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", driver, json.dumps(events), json.dumps(HEAVY)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_events_share_one_start_and_load_the_wiki_only_when_it_is_asked_for(tmp_path: Path) -> None:
    page = event("/api/v1/pages/notes", "PUT", json.dumps({"content": "from a Lambda"}))
    read = event("/api/v1/pages/notes")
    done = run(
        tmp_path / "data",
        [event("/healthz"), page, read, event("/notes"), event("/metrics")],
        WIKIBOT_ALLOW_ANONYMOUS_WRITE="true",
    )
    assert done.returncode == 0, done.stderr
    health, written, again, shown, metrics, end = (json.loads(line) for line in done.stdout.splitlines())

    assert [answer["status"] for answer in (health, written, again, shown)] == [200, 201, 200, 200]
    assert json.loads(again["body"])["content"] == "from a Lambda"
    assert re.search(r'wikibot_requests_total{door="rest",method="PUT",.* 1.0', metrics["body"]), (
        "a second start"
    )
    assert health["heavy"] == written["heavy"] == again["heavy"] == []
    assert {"flask", "otterwiki"} <= set(shown["heavy"])
    assert end == {"status": "closed"}


OPEN = {"WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true", "WIKIBOT_PUBLIC_URL": "https://wiki.example.org"}
AGENT = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25"}
OF_PAGES = {"flask", "otterwiki"}
OF_AGENTS = {"fastmcp", "mcp"}
OF_SEARCH = {"numpy", "faiss", "onnx", "onnxruntime"}


def agents(method: str) -> dict[str, Any]:
    """A message of an agent."""
    asked = event("/mcp", "POST", json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}}))
    asked["headers"] |= AGENT
    return asked


@pytest.mark.parametrize(
    ("first", "without", "with_"),
    [
        (event("/healthz"), OF_PAGES | OF_AGENTS | OF_SEARCH, set()),
        (event("/api/v1/pages"), OF_PAGES | OF_AGENTS | OF_SEARCH, set()),
        (event("/api/v1/pages/home"), OF_PAGES | OF_AGENTS | OF_SEARCH, set()),
        (event("/home"), OF_AGENTS | OF_SEARCH, OF_PAGES),
        (agents("tools/list"), OF_PAGES | OF_SEARCH, OF_AGENTS),
    ],
    ids=["health", "REST list", "REST read", "page", "agents"],
)
def test_a_first_request_loads_what_it_needs_and_nothing_else(
    tmp_path: Path, first: dict[str, Any], without: set[str], with_: set[str]
) -> None:
    done = run(tmp_path / "data", [first], **OPEN)
    assert done.returncode == 0, done.stderr
    answer, _ = (json.loads(line) for line in done.stdout.splitlines())

    assert answer["status"] == 200
    assert without.isdisjoint(answer["heavy"])
    assert with_ <= set(answer["heavy"])


def test_the_first_list_of_tools_loads_nothing_that_the_start_has_not_loaded(tmp_path: Path) -> None:
    events = [agents("ping"), agents("tools/list"), agents("tools/list")]
    done = run(tmp_path / "data", events, **OPEN)
    assert done.returncode == 0, done.stderr
    _, first, second, _ = (json.loads(line) for line in done.stdout.splitlines())

    assert len(json.loads(first["body"])["result"]["tools"]) > 10
    assert (first["new"], second["new"]) == ([], [])


def test_threads_and_what_they_have_open_outlive_an_event(tmp_path: Path) -> None:
    done = run(tmp_path / "data", [event("/api/v1/pages/home")] * 4, **OPEN)
    assert done.returncode == 0, done.stderr
    _, second, _, fourth, _ = (json.loads(line) for line in done.stdout.splitlines())

    assert fourth["status"] == 200
    assert len(fourth["threads"]) > 2  # the first one, the one that waits for the end, and those that work
    assert fourth["threads"] == second["threads"]


def test_a_process_that_was_not_told_to_close_ends_by_itself_and_closes(tmp_path: Path) -> None:
    ends = DRIVER.replace("handler.close()", "del handler")
    assert "del handler" in ends
    done = run(tmp_path / "data", [event("/api/v1/pages/home")], ends, **OPEN)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["status"] == 200
    assert not list((tmp_path / "data").rglob("*-wal")), "a database was left open"


def test_nobody_is_the_owner_on_lambda(tmp_path: Path) -> None:
    done = run(
        tmp_path / "data",
        [event("/api/v1/pages"), event("/api/v1/pages/notes", "PUT", json.dumps({"content": "x"}))],
        WIKIBOT_ALLOW_ANONYMOUS_WRITE="true",
        WRITE_ACCESS="APPROVED",
        WIKIBOT_HOST="127.0.0.1",
    )
    assert done.returncode == 0, done.stderr
    listed, refused, _ = (json.loads(line) for line in done.stdout.splitlines())

    assert (listed["status"], refused["status"]) == (200, 401)


@pytest.mark.parametrize("variables", [{}, {"WIKIBOT_PORT": "x"}])
def test_a_start_that_must_not_be_fails_at_the_first_event(tmp_path: Path, variables: dict[str, str]) -> None:
    done = run(tmp_path / "data", [event("/healthz")], **variables)

    assert done.returncode != 0
    assert "StartError" in done.stderr


SPOOFED = ["x-otterwiki-{}", "x_otterwiki_{}", "X-Otterwiki_{}", "X_OTTERWIKI-{}"]


def test_threat_1_an_identity_header_in_an_event_is_nobody(tmp_path: Path) -> None:
    fields = {"name": "Mallory", "email": "boss@example.org", "permissions": "READ,WRITE,UPLOAD,ADMIN"}
    events = []
    for spelling in SPOOFED:
        asked = event("/-/admin")
        asked["headers"] |= {spelling.format(name): value for name, value in fields.items()}
        events.append(asked)
    done = run(tmp_path / "data", events, WIKIBOT_ALLOW_ANONYMOUS_WRITE="true", WRITE_ACCESS="APPROVED")
    assert done.returncode == 0, done.stderr
    *answers, _ = (json.loads(line) for line in done.stdout.splitlines())

    assert {answer["status"] for answer in answers} <= {302, 303, 403}
    assert not any("Application Preferences" in answer["body"] for answer in answers)
