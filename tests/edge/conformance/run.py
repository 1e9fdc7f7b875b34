"""`make conformance`: the official MCP suite, both eras, against the wiki and against the suite's fixtures
behind the same gateway.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from tests.edge.conformance.authorization import authorization
from tests.edge.conformance.baseline import AUTHORIZATION, EXPECTED, NOT_TESTABLE, PRODUCT
from tests.edge.conformance.outcome import SUITE, Checks, Outcome, said
from tests.edge.consenting import add_account
from tests.edge.node import node, script
from tests.edge.server import free_port, serving

_FOLDER = re.compile(r"server-(.+)-\d{4}-\d\d-\d\dT")
_UNSCORED = re.compile(r"^\s+[✓✗] (\S+) \(", re.MULTILINE)


def product(revision: str, folder: Path, *, accounts: bool = False) -> Outcome:
    """The scenarios that need no fixture, on the wiki itself: as its owner, or as a visitor who may read."""
    passed, failed = 0, []
    who = "a visitor's" if accounts else "the owner's"
    data = folder / f"product-{revision}-{accounts}" / "data"
    if accounts:
        add_account(data)
    with serving(data) as server:
        for scenario in PRODUCT[revision]:
            checks, _ = _run(server.url, folder / "out", "--scenario", scenario, "--spec-version", revision)
            for name, found in checks.items():
                bad = [check for check in found if check["status"] in {"FAILURE", "WARNING"}]
                passed += len(found) - len(bad)
                failed += [f"{name}: {said(check)}" for check in bad if check["id"] not in NOT_TESTABLE]
    return Outcome(f"{who} wiki, {revision}", passed, tuple(failed))


def fixtures(exchange: str, revision: str, folder: Path) -> Outcome:
    """All that the revision requires, with the suite's fixtures behind the gateway."""
    with _fixture_server(folder / f"fixtures-{exchange}-{revision}", exchange) as url:
        checks, printed = _run(url, folder / f"out-{exchange}-{revision}", "--requirements", revision)
    unscored = set(_UNSCORED.findall(printed))
    scored = {name: found for name, found in checks.items() if name not in unscored}
    bad = {name: [check for check in found if check["status"] == "FAILURE"] for name, found in scored.items()}
    failing = {name for name, found in bad.items() if found}
    expected = EXPECTED[exchange, revision].keys()
    failed = [f"{name}: {said(bad[name][0])}" for name in sorted(failing - expected)]
    passed = sum(len(found) - len(bad[name]) for name, found in scored.items())
    return Outcome(
        f"fixtures as {exchange}, {revision}", passed, tuple(failed), tuple(sorted(expected - failing))
    )


def _run(url: str, out: Path, *arguments: str) -> tuple[Checks, str]:
    out.mkdir(parents=True, exist_ok=True)
    before = set(out.iterdir())
    done = node(script(SUITE), "server", "--url", f"{url}/mcp", *arguments, "-o", str(out), timeout=600)
    found: Checks = {}
    for folder in set(out.iterdir()) - before:
        match = _FOLDER.match(folder.name)
        assert match, folder.name
        found[match.group(1)] = json.loads((folder / "checks.json").read_text())
    assert found, done.stdout + done.stderr
    return found, done.stdout


@contextmanager
def _fixture_server(data: Path, exchange: str) -> Iterator[str]:
    data.mkdir(parents=True)
    port = free_port()
    command = [sys.executable, "-m", "tests.edge.conformance.server", str(port), str(data / "data"), exchange]
    with (data / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/healthz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("the server with the fixtures did not start")


def main() -> int:
    """Runs all, prints a line each; the exit code says whether all is as expected."""
    good = True
    with tempfile.TemporaryDirectory(prefix="wikibot-conformance-") as name:
        folder = Path(name)
        runs = [
            partial(product, revision, folder, accounts=accounts)
            for revision in PRODUCT
            for accounts in (False, True)
        ]
        runs += [partial(authorization, revision, folder) for revision in AUTHORIZATION]
        runs += [partial(fixtures, exchange, revision, folder) for exchange, revision in EXPECTED]
        for run in runs:
            outcome = run()
            good &= outcome.good
            print(f"{'✓' if outcome.good else '✗'} {outcome.name}: {outcome.passed} checks passed")
            for line in outcome.failed:
                print(f"    failed: {line}")
            for line in outcome.stale:
                print(f"    expected to fail, but passed: {line}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
