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


def announcement(settings: Settings, preferences: Preferences, listening: socket.socket) -> Iterator[str]:
    """What the person at the terminal reads."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    yield f"wikibot serves {settings.data} at {settings.public_url or f'http://{shown}:{port}'}"
    yield f"  Search: {intended(settings)}."
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
