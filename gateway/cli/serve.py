"""`wikibot serve`: check everything that can be checked, listen, say what is open to whom, serve."""

import logging
import socket
from collections.abc import Iterator
from contextlib import closing

from auth.pages.first_run import PATH as FIRST_RUN
from auth.pages.first_run import make_code
from auth.storage import Database, OneTime
from gateway.cli.listening import listen
from gateway.cli.workers import run
from gateway.data_folder import prepare
from gateway.embeddings import intended
from gateway.logs import configure
from gateway.modes import mode_of, refuse_unsafe
from gateway.services import refuse_open_writing
from gateway.settings import Settings, load_settings, unknown_variables
from wiki_app.accounts import WikiAccounts
from wiki_app.clients import CLIENTS
from wiki_app.preferences import Preferences

log = logging.getLogger("wikibot")

RETURN = "its browser sign-in"


def serve(**options: object) -> int:
    """Serve until SIGTERM or SIGINT; 0 then. Raises StartError with one sentence."""
    settings = load_settings(**options)
    prepare(settings)
    configure(settings.log_level)
    for sentence in unknown_variables():
        log.warning(sentence)
    with closing(Preferences(settings.database, settings.otterwiki)) as preferences:
        refuse_open_writing(settings, preferences)
        accounts = WikiAccounts(settings.database)
        refuse_unsafe(settings, accounts)
        listening = listen(settings.host, settings.port)
        print("\n".join(announcement(settings, preferences, accounts, listening)), flush=True)
    with listening:
        return run(settings, listening)


def claude_code(address: str, *, keyed: bool) -> str:
    """The line that connects Claude Code."""
    client = next(client for client in CLIENTS if client.name == "Claude Code")
    return client.lines_for(address, keyed=keyed)


def announcement(
    settings: Settings, preferences: Preferences, accounts: WikiAccounts, listening: socket.socket
) -> Iterator[str]:
    """What the person at the terminal reads."""
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    address = settings.public_url or f"http://{shown}:{port}"
    yield f"wikibot serves {settings.data} at {address}"
    yield f"  Connect an agent: {claude_code(address, keyed=bool(settings.api_key))}"
    yield f"  More clients: {address}/-/connect"
    yield f"  Search: {intended(settings)}."
    mode = mode_of(settings, accounts)
    if mode == "single user":
        yield f"  Browser, MCP and REST: everybody on this machine, as {settings.owner_name} with all rights."
        code = make_code(OneTime(Database(settings.auth_database)))
        yield f"  The first account, to sign in from then on: {address}{FIRST_RUN} with the code {code}"
        return
    if mode == "provider":
        yield f"  Sign-in: {settings.authkit_domain}; agents need tokens for the resource {address}/mcp"
        yield f"  Enter that string, exactly, as a resource indicator at the provider; {RETURN} comes back to"
        yield f"  {address}/-/auth/callback"
    access = preferences.access()
    yield (
        f"  Browser: reading {access.read.upper()}, writing {access.write.upper()}, "
        f"attachments {access.upload.upper()}."
    )
    if settings.api_key:
        yield "  MCP and REST: whoever sends OTTERWIKI_API_KEY as a bearer token may read, write and attach."
    else:
        yield "  MCP and REST: the same; who may do more signs in, or sends a token."
