"""The socket that the server listens on, bound before anything else is opened."""

import errno
import socket
from contextlib import ExitStack

from gateway.start import StartError

BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening TCP socket; callers may connect and wait from now on. Raises StartError."""
    with ExitStack() as stack:
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            listening = stack.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except OSError as error:
            raise StartError(_sentence(host, port, error)) from error
        stack.pop_all()
        return listening


def _sentence(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: choose another with --port or WIKIBOT_PORT."
    if error.errno == errno.EACCES:
        return f"Port {port} is not yours to open: choose one above 1023 with --port or WIKIBOT_PORT."
    return f"Cannot listen on {host}:{port} (--host, WIKIBOT_HOST): {error.strerror or error}."
