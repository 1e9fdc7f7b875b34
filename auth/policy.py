"""Who may do what: one table and one question, for the browser, REST and MCP alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from auth.principal import Principal, Right

OPERATIONS: Mapping[str, Right] = MappingProxyType(
    {
        "read": Right.READ,
        "search": Right.READ,
        "history": Right.READ,
        "links": Right.READ,
        "list": Right.READ,
        "write": Right.WRITE,
        "edit": Right.WRITE,
        "move": Right.WRITE,
        "delete": Right.WRITE,
        "revert": Right.WRITE,
        "batch": Right.WRITE,
        "reindex": Right.WRITE,
        "attach": Right.UPLOAD,
        "detach": Right.UPLOAD,
        "fetch": Right.READ,  # git, over HTTP: Otter Wiki's own rule
        "push": Right.UPLOAD,
        "administer": Right.ADMIN,
    }
)

# These touch the whole wiki: a credential that is bound to some pages cannot do them.
WHOLE_WIKI = frozenset({"reindex", "administer", "fetch", "push"})
# Credentials that programs hold: administration is never by token.
PROGRAMS = frozenset({"api_key", "token"})

DenyCode = Literal["unauthenticated", "permission_denied", "insufficient_scope"]


@dataclass(frozen=True)
class Allow:
    """Go ahead."""


@dataclass(frozen=True)
class Deny:
    """No, with the stable error code and one sentence for the caller."""

    code: DenyCode
    reason: str


def decide(principal: Principal, operation: str, path: str | None = None) -> Allow | Deny:
    """May `principal` do `operation` (a name in OPERATIONS; another raises KeyError) on the page `path`?

    With `path=None` the operation has no single page: whoever lists or searches filters its answer by
    `covers` for a principal that is bound to a path.
    """
    right = OPERATIONS[operation]
    if not principal.may(right):
        return _missing(principal, right)
    if right is Right.ADMIN and principal.via in PROGRAMS:
        return Deny(
            "permission_denied", "Administration needs a person who is signed in; no token can do it."
        )
    if not principal.path_prefix:
        return Allow()
    if operation in WHOLE_WIKI or (path is not None and not covers(principal, path)):
        return Deny("permission_denied", f"This token is bound to pages below {principal.path_prefix!r}.")
    return Allow()


def covers(principal: Principal, path: str) -> bool:
    """True if the page lies in the part of the wiki that the principal is bound to."""
    prefix = principal.path_prefix.strip("/")
    return not prefix or path == prefix or path.startswith(prefix + "/")


def _missing(principal: Principal, right: Right) -> Deny:
    if principal.via == "anonymous":
        return Deny(
            "unauthenticated",
            f"This needs the right {right}: sign in, or send 'Authorization: Bearer <token>'.",
        )
    if right in principal.grantable:
        return Deny("insufficient_scope", f"This token's scope does not cover the right {right}.")
    return Deny("permission_denied", f"{principal.name} lacks the right {right}.")
