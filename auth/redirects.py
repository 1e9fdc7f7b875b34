"""Where an authorization may answer to (RFC 9700 section 2.1, RFC 8252 section 7)."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Editors that register a scheme of their own on the machine (AUTH.md 1.3).
PRIVATE_SCHEMES = frozenset({"cursor", "vscode", "vscode-insiders", "windsurf"})
LONGEST = 2_000
OURS = frozenset({"code", "state", "iss", "error", "error_description"})
"""Parameters of the answer: a registered address that holds one would have it twice."""


def may_register(uri: str) -> bool:
    """https anywhere, http on this machine, and the schemes of known editors; never a fragment or a name
    and password."""
    try:
        parts = urlsplit(uri)
        user, _ = parts.username, parts.port
    except ValueError:
        return False
    if len(uri) > LONGEST or not uri.isascii() or not uri.isprintable() or " " in uri:
        return False
    if "#" in uri or "\\" in uri or "*" in parts.netloc or user is not None or "@" in parts.netloc:
        return False
    if OURS & {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}:
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return is_loopback_uri(uri) or parts.scheme in PRIVATE_SCHEMES


def is_registered(uri: str, registered: Iterable[str]) -> bool:
    """Exactly one of those registered, but for the port on this machine (RFC 8252 section 7.3)."""
    if not may_register(uri):
        return False
    return any(uri == known or _same_but_port(uri, known) for known in registered)


def is_loopback_uri(uri: str) -> bool:
    """True if the answer goes to a program on the person's own machine."""
    parts = urlsplit(uri)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def answer_uri(uri: str, **answer: str | None) -> str:
    """The redirect URI with the answer's parameters, each of them once (RFC 6749 section 3.1)."""
    parts = urlsplit(uri)
    given = urlencode([(name, value) for name, value in answer.items() if value is not None])
    return urlunsplit(parts._replace(query=f"{parts.query}&{given}" if parts.query else given))


def _same_but_port(uri: str, known: str) -> bool:
    if not (is_loopback_uri(uri) and is_loopback_uri(known)):
        return False
    one, other = urlsplit(uri), urlsplit(known)
    return (one.hostname, one.path or "/", one.query) == (other.hostname, other.path or "/", other.query)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
