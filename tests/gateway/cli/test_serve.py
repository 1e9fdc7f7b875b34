"""`wikibot serve` as a process: what it prints, what it logs, how it ends."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.secret_search import remember


@contextmanager
def serving(
    data: Path, *options: str, **variables: str
) -> Iterator[tuple["subprocess.Popen[str]", str, Path]]:
    """The process, its address once it listens, and the file with its log."""
    log = data.parent / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "serve", "--data", str(data), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, **variables},
        )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        found = re.search(r"http://\S+", first)
        assert found, log.read_text()
        yield process, found[0], log
    finally:
        process.kill()
        process.communicate()


def test_it_serves_logs_and_ends_cleanly(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, address, log):
        page = httpx.get(address, timeout=100)
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        assert process.stdout is not None
        announced = process.stdout.read()

    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    status = ["git", "-C", str(tmp_path / "data" / "repository"), "status", "--porcelain"]
    assert (page.status_code, code) == (200, 0)
    assert "everybody on this machine, as Owner with all rights" in announced
    assert any(line.get("request_id") == page.headers["x-request-id"] for line in lines)
    assert subprocess.run(status, capture_output=True, check=True).stdout == b""


@pytest.mark.edge
def test_several_workers_share_the_socket_and_end_together(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", "2") as (process, address, _log):
        seen = set()
        for _ in range(60):
            text = httpx.get(f"{address}/metrics", timeout=100, headers={"Connection": "close"}).text
            seen.update(re.findall(r'process="(\d+)"', text))
            if len(seen) == 2:
                break
        worker = int(seen.pop())
        os.kill(worker, signal.SIGKILL)
        after = httpx.get(f"{address}/healthz", timeout=100)
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=60)

    assert (after.status_code, code) == (200, 0)


def test_a_store_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data" / "repository" / ".git").mkdir(parents=True)
    with serving(tmp_path / "data") as (process, _address, log):
        code = process.wait(timeout=100)

    plain = [line for line in log.read_text().splitlines() if not line.startswith("{")]
    assert code != 0
    assert len(plain) == 1
    assert plain[0].startswith("wikibot: ")


def test_with_a_key_it_says_who_may_do_what(tmp_path: Path) -> None:
    with serving(tmp_path / "data", OTTERWIKI_API_KEY=remember("very-private"), WRITE_ACCESS="APPROVED") as (
        process,
        _,
        log,
    ):
        process.terminate()
        process.wait(timeout=100)
        assert process.stdout is not None
        announced = process.stdout.read()

    assert "reading ANONYMOUS, writing APPROVED" in announced
    assert "bearer token" in announced
    assert "very-private" not in announced + log.read_text()
