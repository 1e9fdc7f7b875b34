"""The suite's scenarios for an authorization server, against the wiki's own with accounts.

They are the ones about authorization that a server can be asked: all of the suite's `auth/…` scenarios
play the server themselves and ask a client. The suite prints the address that a person opens; here somebody
signs in and says yes over HTTP.
"""

import asyncio
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.edge.conformance.baseline import AUTHORIZATION
from tests.edge.conformance.outcome import SUITE, Checks, Outcome, said
from tests.edge.consenting import add_account, answer
from tests.edge.node import MODULES, script
from tests.edge.server import free_port, serving

LONGEST = 120.0
_ADDRESS = re.compile(r"http://\S+/-/oauth/authorize\?\S+")


def authorization(revision: str, folder: Path) -> Outcome:
    """Metadata, and a code for a token."""
    data = folder / f"authorization-{revision}" / "data"
    add_account(data)
    with serving(data) as server:
        checks = _run(server.url, folder / f"out-authorization-{revision}", revision)
    found = [check for several in checks.values() for check in several]
    bad = [check for check in found if check["status"] != "SUCCESS"]
    expected = AUTHORIZATION[revision]
    failed = [said(check) for check in bad if check["id"] not in expected]
    stale = expected.keys() - {check["id"] for check in bad}
    return Outcome(f"authorization, {revision}", len(found) - len(bad), tuple(failed), tuple(sorted(stale)))


def _run(url: str, out: Path, revision: str) -> Checks:
    port = free_port()
    redirects = {"redirect_uris": [f"http://127.0.0.1:{port}/callback"], "client_name": "Suite"}
    client = httpx.post(f"{url}/-/oauth/register", json=redirects).json()["client_id"]
    arguments = ["--url", url, "--client-id", client, "--resource", f"{url}/mcp", "--port", str(port)]
    with _suite(*arguments, "--spec-version", revision, "-o", str(out)) as (suite, lines):
        printed = []
        for line in lines:
            printed.append(line)
            asked = _ADDRESS.search(line)
            if asked:
                httpx.get(asyncio.run(answer(url, asked[0])), timeout=30)
        suite.wait()
    found = {path.parent.name: json.loads(path.read_text()) for path in out.glob("*/checks.json")}
    assert len(found) == 2, "".join(printed)
    shutil.rmtree(out)  # the suite writes the codes down that it was given
    return found


@contextmanager
def _suite(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Iterator[str]]]:
    command = [script("node/bin/node"), script(SUITE), "authorization", *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=MODULES.parent,
    ) as process:
        assert process.stdout is not None
        late = threading.Timer(LONGEST, process.kill)
        late.start()
        try:
            yield process, iter(process.stdout)
        finally:
            late.cancel()
            process.kill()
