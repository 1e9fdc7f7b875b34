"""uvicorn in this process, or in several that share one socket.

uvicorn's own supervisor kills a worker that does not answer within seconds, which on a busy machine is before
the worker has finished importing; so ours only waits for workers to end.
"""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE

from gateway.app import served
from gateway.logs import configure
from gateway.settings import Settings
from gateway.start import StartError

GRACE = 10  # seconds for running requests when the end is asked for
KEEP_ALIVE = 5  # seconds
CONNECTIONS = 1000  # a process; more are answered 503
BREATH = 1.0  # seconds before a worker that died is replaced
SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run(settings: Settings, listening: socket.socket) -> int:
    """Serve until SIGTERM or SIGINT (0), or until a start fails (another code; it has said why)."""
    if settings.workers == 1:
        return _run_one(settings, listening)
    return Supervisor(settings, listening).run()


def _run_one(settings: Settings, listening: socket.socket) -> int:
    config = uvicorn.Config(
        one_line_app(settings),
        lifespan="on",
        log_config=None,
        access_log=False,  # gateway.middleware.observe writes it
        proxy_headers=False,  # gateway.middleware.proxy reads them
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=CONNECTIONS,
    )
    server = uvicorn.Server(config)

    def stop() -> None:
        """For a signal before uvicorn takes them over, and for the one that it raises again at its end."""
        server.should_exit = True

    with _on_signals(stop):
        server.run(sockets=[listening])
    return 0


def one_line_app(settings: Settings) -> ASGIApp:
    """The app; a start that fails for a known reason says so in one line instead of a trace."""
    inner = served(settings)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await inner(scope, receive, send)
            return

        async def quiet(message: Message) -> None:
            if message["type"] != "lifespan.startup.failed":
                await send(message)

        try:
            await inner(scope, receive, quiet)
        except StartError as error:
            print(f"wikibot: {error}", file=sys.stderr, flush=True)
            await send({"type": "lifespan.startup.failed", "message": ""})

    return app


class Supervisor:
    """Keeps `settings.workers` processes running; ends them all when one of them cannot start."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self._given = (settings, listening)
        self._running: list[SpawnProcess] = []
        self._stopping = False
        self._code = 0

    def run(self) -> int:
        """Until a signal comes: 0, or the code of a start that failed."""
        settings, _ = self._given
        with _on_signals(self._stop):
            for _ in range(settings.workers):
                self._start()
            while self._running:
                wait([process.sentinel for process in self._running])
                for process in [one for one in self._running if not one.is_alive()]:
                    self._ended(process)
        return self._code

    def _start(self) -> None:
        process = multiprocessing.get_context("spawn").Process(target=_work, args=self._given)
        process.start()
        self._running.append(process)
        if self._stopping:  # the signal came while it was being started
            process.terminate()

    def _ended(self, process: SpawnProcess) -> None:
        self._running.remove(process)
        if process.exitcode == STARTUP_FAILURE:
            self._code = STARTUP_FAILURE
            self._stop()
        elif not self._stopping:
            time.sleep(BREATH)
            self._start()

    def _stop(self) -> None:
        """Also called inside a signal handler, between any two steps of the above."""
        self._stopping = True
        for process in self._running:
            process.terminate()


def _work(settings: Settings, listening: socket.socket) -> None:
    """A worker process. It also ends when its parent is gone, however that went."""
    configure(settings.log_level)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    sys.exit(_run_one(settings, listening))


def _follow(parent: int) -> None:
    wait([parent])
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _on_signals(action: Callable[[], None]) -> Iterator[None]:
    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 — a handler's signature
        action()

    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
