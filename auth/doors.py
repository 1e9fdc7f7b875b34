"""Which door a path belongs to. One table: the gate, the body limits and the metrics read it."""

from typing import Literal

Door = Literal["browser", "rest", "mcp", "git", "raw", "open"]

# For programs, from anywhere: the client proves itself in the body (RFC 6749, 7009, 7591).
OAUTH = frozenset({"/-/oauth/token", "/-/oauth/register", "/-/oauth/revoke"})
# No identity is asked for, none is looked at. /api/v1/* as REST.md names them.
OPEN = OAUTH | {"/healthz", "/readyz", "/metrics", "/api/v1/health", "/api/v1/chroma-status"}

# First match wins; a prefix matches itself and what lies below it.
PREFIXES: tuple[tuple[str, Door], ...] = (
    ("/api/v1", "rest"),
    ("/mcp", "mcp"),
    ("/.git", "git"),
    ("/.well-known", "open"),
)

# Pages as Markdown, for programs that read the wiki as a browser does: at its addresses, with its rights.
RAW = "/llms.txt"
RAW_ENDING = ".md"


def door_of(path: str) -> Door:
    """The door of a decoded request path; everything that has no door of its own is the browser's."""
    if path in OPEN:
        return "open"
    for prefix, door in PREFIXES:
        if path == prefix or path.startswith(prefix + "/"):
            return door
    return "raw" if path == RAW or path.endswith(RAW_ENDING) else "browser"


def is_for_any_origin(path: str) -> bool:
    """Discovery documents and OAuth endpoints: a web page of any site may call them, without credentials."""
    return path in OAUTH or path.startswith("/.well-known/")
