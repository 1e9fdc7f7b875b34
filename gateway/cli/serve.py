"""`wikibot serve`: check everything that can be checked, listen, say what is open to whom, serve."""

import errno
import logging
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from gateway.app import served
from gateway.data_folder import prepare
from gateway.logs import configure
from gateway.services import refuse_open_writing
from gateway.settings import Settings, load_settings, unknown_variables
from gateway.start import StartError
from wiki_app.preferences import Preferences

BACKLOG = 2048
GRACE = 10  # seconds for running requests when the end is asked for
KEEP_ALIVE = 5  # seconds
CONNECTIONS = 1000  # a process; more are answered 503
log = logging.getLogger("wikibot")


def serve(**options: object) -> int:
    """Serve until SIGTERM or SIGINT; 0 then. Raises StartError with one sentence."""
    settings = load_settings(**options)
    prepare(settings)
    preferences = Preferences(settings.database, settings.otterwiki)
    refuse_open_writing(settings, preferences)
    listening = _listen(settings.host, settings.port)
    configure(settings.log_level)
    for sentence in unknown_variables():
        log.warning(sentence)
    print("\n".join(announcement(settings, preferences, listening)), flush=True)
    preferences.close()
    with listening, _calm_signals():
        return _run(settings, listening)


def announcement(settings: Settings, preferences: Preferences, listening: socket.socket) -> Iterator[str]:
    """What the person at the terminal reads."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    yield f"wikibot serves {settings.data} at {settings.public_url or f'http://{shown}:{port}'}"
    if settings.single_user:
        yield f"  Browser and REST: everybody on this machine, as {settings.owner_name} with all rights."
        return
    access = preferences.access()
    yield (
        f"  Browser: reading {access.read.upper()}, writing {access.write.upper()}, "
        f"attachments {access.upload.upper()}."
    )
    if settings.api_key:
        yield "  REST: whoever sends OTTERWIKI_API_KEY as a bearer token may read, write and attach."
    else:
        yield "  REST: the same, without a token."


def _run(settings: Settings, listening: socket.socket) -> int:
    config = uvicorn.Config(
        partial(_app, settings),
        factory=True,
        workers=settings.workers,
        lifespan="on",
        log_config=None,
        access_log=False,  # gateway.middleware.observe writes it
        proxy_headers=False,  # gateway.middleware.proxy reads them
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=CONNECTIONS,
    )
    if settings.workers == 1:
        uvicorn.Server(config).run(sockets=[listening])
        return 0
    supervisor = Multiprocess(config, sockets=[listening])
    supervisor.run()
    failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
    return STARTUP_FAILURE if failed else 0


def _app(settings: Settings) -> ASGIApp:
    """Built in each serving process; a start that fails says so in one line."""
    configure(settings.log_level)
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
            print(f"wikibot: {error}", file=sys.stderr)
            await send({"type": "lifespan.startup.failed", "message": ""})

    return app


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that a port in use is known before anything is opened."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise StartError(_cannot_listen(host, port, error)) from error
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: choose another with --port or WIKIBOT_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is not yours to open: choose one above 1023 with --port or WIKIBOT_PORT."
    return f"Cannot listen on {host}:{port} (--host, WIKIBOT_HOST): {error.strerror or error}."


@contextmanager
def _calm_signals() -> Iterator[None]:
    """uvicorn ends cleanly on a signal and then raises it once more; that second one must not kill us."""

    def ignore(number: int, frame: FrameType | None) -> None:
        """The end is under way already."""

    before = {number: signal.signal(number, ignore) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        sys.stdout.flush()
        for number, handler in before.items():
            signal.signal(number, handler)
