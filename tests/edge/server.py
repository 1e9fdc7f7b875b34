"""A real `wikibot serve` in a process of its own, on loopback, ended with the test."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_WITHIN = 90.0
"""Seconds; the first start on a cold machine compiles what it imports."""


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wikibot(
    *args: str, env: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Runs a `wikibot` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *args],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@dataclass
class Server:
    """A running server: its address, its data folder and its process group."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def repository(self) -> Path:
        return self.data / "repository"

    def stop(self) -> int:
        """Asks it to end, waits, and gives its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """SIGKILL for the whole group, workers included."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def wait_until_ready(self) -> None:
        """Until /readyz answers 200. Fails with the server's own words."""
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log.read_text()[-3000:]}")
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"the server was not ready in time: {self.log.read_text()[-3000:]}")


def start(data: Path, *args: str, env: Mapping[str, str] | None = None) -> Server:
    """Starts a server on `data` and waits until it is ready."""
    port = free_port()
    data.parent.mkdir(parents=True, exist_ok=True)
    log = data.parent / f"{data.name}-server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "serve", "--data", str(data), "--port", str(port), *args],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", data, process, log)
    try:
        server.wait_until_ready()
    except BaseException:
        server.kill()
        raise
    return server


@contextmanager
def serving(data: Path, *args: str, env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for the length of a block; at its end it has to stop by itself with exit code 0."""
    server = start(data, *args, env=env)
    try:
        yield server
        assert server.stop() == 0, server.log.read_text()[-3000:]
    finally:
        if server.process.poll() is None:
            server.kill()
