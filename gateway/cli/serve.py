"""`wikibot serve`: check everything that can be checked, listen, say what is open to whom, serve."""

import logging
import socket
from collections.abc import Iterator
from contextlib import closing

from gateway.cli.listening import listen
from gateway.cli.workers import run
from gateway.data_folder import prepare
from gateway.embeddings import intended
from gateway.logs import configure
from gateway.services import refuse_open_writing
from gateway.settings import Settings, load_settings, unknown_variables
from wiki_app.clients import CLIENTS
from wiki_app.preferences import Preferences

log = logging.getLogger("wikibot")


def serve(**options: object) -> int:
    """Serve until SIGTERM or SIGINT; 0 then. Raises StartError with one sentence."""
    settings = load_settings(**options)
    prepare(settings)
    configure(settings.log_level)
    for sentence in unknown_variables():
        log.warning(sentence)
    with closing(Preferences(settings.database, settings.otterwiki)) as preferences:
        refuse_open_writing(settings, preferences)
        listening = listen(settings.host, settings.port)
        print("\n".join(announcement(settings, preferences, listening)), flush=True)
    with listening:
        return run(settings, listening)


def claude_code(address: str, *, keyed: bool) -> str:
    """The line that connects Claude Code."""
    client = next(client for client in CLIENTS if client.name == "Claude Code")
    return client.lines_for(address, keyed=keyed)


def announcement(settings: Settings, preferences: Preferences, listening: socket.socket) -> Iterator[str]:
    """What the person at the terminal reads."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address = settings.public_url or f"http://{shown}:{port}"
    yield f"wikibot serves {settings.data} at {address}"
    yield f"  Connect an agent: {claude_code(address, keyed=bool(settings.api_key))}"
    yield f"  More clients: {address}/-/connect"
    yield f"  Search: {intended(settings)}."
    if settings.single_user:
        yield f"  Browser, MCP and REST: everybody on this machine, as {settings.owner_name} with all rights."
        return
    access = preferences.access()
    yield (
        f"  Browser: reading {access.read.upper()}, writing {access.write.upper()}, "
        f"attachments {access.upload.upper()}."
    )
    if settings.api_key:
        yield "  MCP and REST: whoever sends OTTERWIKI_API_KEY as a bearer token may read, write and attach."
    else:
        yield "  MCP and REST: the same, without a token."
