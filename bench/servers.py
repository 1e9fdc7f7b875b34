"""The two servers that are compared, each a process of its own on a loopback port.

Both end by themselves after LIFE seconds, whatever becomes of the benchmark.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Answer, Client, NoAnswer

LIFE = 900
"""Seconds after which a server is ended."""
THREADS = 8
START = 120.0
"""Seconds that a server may take until its first answer."""
SETTLE = 600.0
"""Seconds that the search may take to embed a wiki which it has not seen before."""


class NoStart(Exception):
    """A server did not answer in time; the message holds the end of its log."""


@dataclass
class Server:
    """One server: `name` for the table, `command` with {port}, `rest` whether it has /api/v1."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    rest: bool
    timeout: float
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self, page: str) -> float:
        """Starts it; seconds from the start of the process to the first good answer for `page`."""
        self.port = _free_port()
        command = [part.format(port=self.port) for part in self.command]
        environment = {**os.environ, **self.environment}
        begin = time.perf_counter()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["timeout", str(LIFE), *command],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._first_answer(page, begin + START)
        return time.perf_counter() - begin

    def _first_answer(self, page: str, deadline: float) -> Answer:
        client = self.client()
        while time.perf_counter() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise NoStart(f"{self.name} ended: {self.log.read_text(errors='replace')[-2000:]}")
            try:
                answer = client.get(page)
                if answer.status == 200:
                    client.close()
                    return answer
            except NoAnswer:
                pass
            time.sleep(0.01)
        self.stop()
        raise NoStart(
            f"{self.name} gave no page within {START:g} s: {self.log.read_text(errors='replace')[-2000:]}"
        )

    def settle(self) -> None:
        """Waits until nothing runs in the background: the first start embeds the whole wiki meanwhile."""
        client = self.client()
        client.get("/api/v1/search?q=wiki&mode=hybrid")  # opens the search, which else waits for a question
        deadline = time.perf_counter() + SETTLE
        while b'"behind"' in client.get("/readyz").body and time.perf_counter() < deadline:
            time.sleep(0.5)
        client.close()

    def client(self) -> Client:
        """A new connection with a new session."""
        return Client(self.port, self.timeout)

    def memory(self) -> float:
        """Resident memory of the process and its children, in MiB."""
        return sum(_resident(pid) for pid in self._family()) / 1024

    def _family(self) -> list[int]:
        assert self.process is not None
        found = [self.process.pid]
        for pid in found:
            found.extend(_children(pid))
        return found

    def stop(self) -> None:
        """Asks it to end; what hangs is ended."""
        if self.process is None:
            return
        family = self._family()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in family:
                _end(pid)
            self.process.wait(10)
        self.process = None


def wikibot(data: Path, log: Path, *, embeddings: str = "local") -> Server:
    """Ours, under uvicorn."""
    program = str(Path(sys.executable).with_name("wikibot"))
    command = (program, "serve", "--data", str(data), "--port", "{port}")
    environment = {"WIKIBOT_THREADS": str(THREADS), "WIKIBOT_LOG_LEVEL": "WARNING"}
    environment["WIKIBOT_EMBEDDINGS"] = embeddings
    return Server("wikibot", command, environment, log, rest=True, timeout=35)


def plain(repository: Path, database: Path, log: Path) -> Server:
    """Otter Wiki 2.26.1 as it comes, under waitress with as many threads."""
    command = (sys.executable, "-m", "bench.plain", "{port}", str(THREADS))
    environment = {
        "REPOSITORY": str(repository),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
        "SECRET_KEY": "a key for the benchmark only",
        "LOG_LEVEL": "WARNING",
    }
    return Server("plain", command, environment, log, rest=False, timeout=35)


def empty_agent(log: Path) -> Server:
    """FastMCP with a tool that does nothing, under uvicorn."""
    command = (sys.executable, "-m", "bench.empty_agent", "{port}")
    return Server("empty", command, {}, log, rest=True, timeout=35)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found.extend(int(child) for child in children.read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
