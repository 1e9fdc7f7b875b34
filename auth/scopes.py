"""What a token may be used for: two scopes, and the rights that each lets through (DECISIONS 10).

A scope never grants: what a call may do is the account's rights cut down to these. ADMIN is in none.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from auth.principal import Right

READ = "wiki:read"
WRITE = "wiki:write"

# In the order in which they are asked for; the broader one covers the narrower (MCP, scope hierarchy).
SCOPES: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        READ: frozenset({Right.READ}),
        WRITE: frozenset({Right.READ, Right.WRITE, Right.UPLOAD}),
    }
)
ALL_SCOPES = tuple(SCOPES)


def rights_of_scopes(scopes: Iterable[str]) -> frozenset[Right]:
    """The rights that a token with these scopes lets through; unknown scopes let nothing through."""
    return frozenset().union(*(SCOPES.get(scope, frozenset()) for scope in scopes))


def scopes_for(right: Right) -> tuple[str, ...]:
    """All scopes that an operation with this right needs, to be asked for at once; none for ADMIN."""
    if right is Right.READ:
        return (READ,)
    return ALL_SCOPES if right is not Right.ADMIN else ()


def known(scopes: Iterable[str]) -> tuple[str, ...]:
    """Those that are ours, each once, in our order."""
    given = set(scopes)
    return tuple(scope for scope in SCOPES if scope in given)
