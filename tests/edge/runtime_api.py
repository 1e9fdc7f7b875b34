"""A Lambda on this machine: the Runtime API, the real runtime client in a process of its own, an HTTP front.

    with lambda_front(task_root, env, git_path, kind="function-url") as front:
        httpx.get(f"{front.url}/healthz")

The Runtime API is https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. What the platform does and
a server of one's own would not: between two events the process is stopped (SIGSTOP); requests and answers
have their limits; whoever has not answered in time is killed, and the next event starts a new process.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.edge.lambda_events import Kind

REQUEST_LIMIT, ANSWER_LIMIT = 6_291_456, 6_291_556
"""Bytes of JSON (AWS, "Lambda quotas": 6 MB each way; the answer's figure is in the platform's error)."""
INIT = 90.0
"""Seconds for the import; 10 on AWS, where nobody else is on the machine."""
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:wikibot"
PREFIX = "/2018-06-01/runtime/"
INTERPRETER = (sys.executable,)


class InitFailed(Exception):
    """The runtime client could not load the handler."""


@dataclass
class Invocation:
    """One event on its way; `deadline` and `seconds` count from its arrival. `answer` is None where the
    handler failed, `fault` says how."""

    event: object
    deadline: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    answer: Any = None
    fault: str = ""
    seconds: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)
    sent: float = 0.0

    def finish(self, answer: Any, fault: str = "") -> None:
        """Hand over what came back."""
        self.seconds = time.perf_counter() - self.sent
        self.answer, self.fault = answer, fault
        self.done.set()


@dataclass(frozen=True)
class Function:
    """What is deployed: the unpacked package (or the repository), and how it is started.

    `runtime`: a folder with awslambdaric, for an interpreter that sees nothing but it and the package.
    """

    task_root: Path
    env: Mapping[str, str]
    git_path: Path | str
    handler: str = "gateway.aws_lambda.handler"
    timeout: float = 29.0
    interpreter: Sequence[str] = INTERPRETER
    runtime: Path | None = None

    def command(self) -> list[str]:
        """The runtime client, as the platform's bootstrap starts it."""
        if self.runtime is None:
            return [*self.interpreter, "-m", "awslambdaric", self.handler]
        paths = [str(self.task_root), str(self.runtime)]
        start = f"import sys; sys.path[:0] = {paths!r}; from awslambdaric.__main__ import main; "
        return [*self.interpreter, "-I", "-S", "-c", f"{start}main(['', {self.handler!r}])"]


class Environment:
    """One execution environment: at most one process, one event at a time; started by its first event."""

    def __init__(self, function: Function, log: Path, *, freeze: bool = True) -> None:
        self.function, self.log, self.freeze = function, log, freeze
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self.starts = 0
        self.faults: list[str] = []
        self._waiting: queue.Queue[Invocation | None] = queue.Queue()
        self._running: Invocation | None = None
        self._one = threading.Lock()
        self._server = _RuntimeApi(self)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def invoke(self, event: object) -> Invocation:
        """Answer one event; waits for the one before. Raises InitFailed."""
        with self._one:
            self._ensure_process()
            invocation = Invocation(event, time.time() + INIT)
            self._running = invocation
            self._waiting.put(invocation)
            while not invocation.done.wait(0.05):
                self._judge(invocation)
            if invocation.fault:
                self.faults.append(invocation.fault)
            return invocation

    def stop(self) -> int:
        """SIGTERM, as at the end of an environment; the exit code (negative: killed by that signal)."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        try:
            return process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(30)

    def close(self) -> None:
        """End the server too."""
        self.stop()
        self._waiting.put(None)
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Invocation | None:
        """What the runtime client gets; until then its process is stopped."""
        process, waiting = self.process, self._waiting
        if self.freeze and process is not None:
            process.send_signal(signal.SIGSTOP)
        invocation = waiting.get()
        if invocation is None:
            return None
        invocation.deadline = time.time() + self.function.timeout
        invocation.sent = time.perf_counter()
        if self.freeze and process is not None:
            process.send_signal(signal.SIGCONT)
        return invocation

    def answered(self, identity: str, body: bytes, *, failed: bool) -> int:
        """The status for the runtime client's POST."""
        invocation = self._running
        if invocation is None or invocation.id != identity or invocation.done.is_set():
            return 400
        if failed:
            invocation.finish(None, body.decode())
        elif len(body) > ANSWER_LIMIT:
            invocation.finish(None, f"Response payload size exceeded ({len(body)} bytes)")
            return 413
        else:
            invocation.finish(json.loads(body))
        return 202

    def _ensure_process(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.starts += 1
            # A process that was stopped while it waited left its request here: no event may go to that.
            self._waiting.put(None)
            self._waiting = queue.Queue()
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.function.command(),
                    cwd=self.function.task_root,
                    env=self._variables(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    def _variables(self) -> dict[str, str]:
        """What the platform sets, and nothing of this process's own."""
        port = self._server.server_address[1]
        return {
            "PATH": f"{self.function.git_path}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.log.parent),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": "",
            "LAMBDA_TASK_ROOT": str(self.function.task_root),
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "AWS_LAMBDA_FUNCTION_NAME": "wikibot",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "_HANDLER": self.function.handler,
            **{name: value.replace("{url}", self.url) for name, value in self.function.env.items()},
        }

    def _judge(self, invocation: Invocation) -> None:
        """End it where the time is over or the process is gone."""
        assert self.process is not None
        ended = self.process.poll()
        if time.time() > invocation.deadline:
            self.process.kill()
            self.process.wait(30)
            self._drop()
            invocation.finish(None, "Task timed out")
        elif ended is not None and not invocation.done.is_set():
            self._drop()
            invocation.finish(None, f"Runtime exited with code {ended}")

    def _drop(self) -> None:
        """An event that nobody fetched is not for the next process."""
        while not self._waiting.empty():
            self._waiting.get_nowait()


class _RuntimeApi(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(("127.0.0.1", 0), _Calls)
        self.environment = environment


class _Calls(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits for the other side's delayed acknowledgement
    wbufsize = -1
    server: _RuntimeApi

    def do_GET(self) -> None:
        """invocation/next."""
        invocation = self.server.environment.next()
        if invocation is None:  # the process that asked has ended
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(int(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": ARN,
            "Lambda-Runtime-Trace-Id": f"Root=1-{invocation.id}",
        }
        self._answer(200, json.dumps(invocation.event).encode(), headers)

    def do_POST(self) -> None:
        """invocation/ID/response, invocation/ID/error, init/error."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = self.path.removeprefix(PREFIX).split("/")
        if parts[0] == "init":
            self._answer(202, b"{}")
            running = self.server.environment._running
            if running is not None:
                running.finish(None, body.decode())
            return
        status = self.server.environment.answered(parts[1], body, failed=parts[2] == "error")
        self._answer(status, b"{}")

    def log_message(self, *_args: object) -> None:
        """Silent."""

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@dataclass
class Front:
    """The address of the function, and the environment behind it."""

    url: str
    environment: Environment
    kind: Kind

    @property
    def faults(self) -> list[str]:
        """What the platform would count as errors of the function."""
        return self.environment.faults

    def invoke(self, event: object) -> Any:
        """An event that is no HTTP request: its answer, None where the handler failed."""
        return self.environment.invoke(event).answer


@contextmanager
def lambda_front(
    task_root: Path,
    env: Mapping[str, str],
    git_path: Path | str,
    kind: Kind = "http-api",
    **more: Any,
) -> Iterator[Front]:
    """The function behind an HTTP address on loopback; at the end SIGTERM, which it leaves with exit code 0.

    `{url}` in a value of `env` is that address. `more`: other fields of Function (handler, timeout,
    interpreter, runtime).
    """
    from tests.edge.lambda_http import serve_http  # it needs Environment

    function = Function(task_root, env, git_path, **more)
    with tempfile.TemporaryDirectory(prefix="wikibot-lambda-") as folder:
        environment = Environment(function, Path(folder) / "function.log")
        try:
            with serve_http(environment, kind) as url:
                environment.url = url
                yield Front(url, environment, kind)
            code = environment.stop()
            assert code == 0, f"exit code {code}: {environment.log.read_text()[-3000:]}"
        finally:
            environment.close()
