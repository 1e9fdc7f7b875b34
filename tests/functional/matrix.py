"""Who may do what, worked out from the policy table alone; and one request an operation for each door.

What is not refused may fail for another reason: nothing here is meant to work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from auth import OPERATIONS, Right
from auth.parts import Parts
from auth.scopes import rights_of_scopes
from tests.auth.identity import access_token

ADMIN, WRITER, READER = "ann@example.org", "will@example.org", "rae@example.org"
EDITOR, COURIER, UNAPPROVED = "ed@example.org", "cora@example.org", "una@example.org"
NOT_BY_PROGRAMS = {"administer", "fetch", "push"}
BY_PROGRAMS = sorted(set(OPERATIONS) - NOT_BY_PROGRAMS)
RIGHTS: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        ADMIN: frozenset({Right.READ, Right.WRITE, Right.UPLOAD, Right.ADMIN}),
        WRITER: frozenset({Right.READ, Right.WRITE, Right.UPLOAD}),
        EDITOR: frozenset({Right.READ, Right.WRITE}),
        COURIER: frozenset({Right.READ}),
        READER: frozenset({Right.READ}),
        UNAPPROVED: frozenset(),
    }
)
FLAGS: Mapping[str, tuple[bool, bool]] = MappingProxyType(
    {email: (Right.WRITE in rights, Right.UPLOAD in rights) for email, rights in RIGHTS.items()}
    | {COURIER: (False, True)}  # Otter Wiki's rule: who may not write may not attach either
)
"""(may write, may attach), as an administrator has ticked them."""
SCOPES = [("wiki:read",), ("wiki:write",), ("wiki:read", "wiki:write")]
REFUSALS = {"unauthenticated", "insufficient_scope", "permission_denied"}
PREFERENCES = {"READ_ACCESS": "APPROVED", "WRITE_ACCESS": "NOBODY", "ATTACHMENT_ACCESS": "NOBODY"}

REST: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "read": ("GET", "/pages/home"),
        "search": ("GET", "/search?q=wiki"),
        "history": ("GET", "/changelog"),
        "links": ("GET", "/links"),
        "list": ("GET", "/pages"),
        "write": ("PUT", "/pages/none"),
        "edit": ("PATCH", "/pages/none"),
        "move": ("POST", "/pages/none/rename"),
        "delete": ("DELETE", "/pages/none"),
        "revert": ("POST", "/pages/none/revert"),
        "batch": ("POST", "/batch"),
        "reindex": ("POST", "/reindex"),
        "attach": ("POST", "/pages/none/attachments"),
        "detach": ("DELETE", "/pages/none/attachments/none.txt"),
    }
)
MCP: Mapping[str, tuple[str, dict[str, Any]]] = MappingProxyType(
    {
        "read": ("read_page", {"path": "home"}),
        "search": ("search", {"query": "wiki"}),
        "history": ("recent_changes", {}),
        "links": ("page_links", {"path": "home"}),
        "list": ("list_pages", {}),
        "write": ("write_page", {}),
        "edit": ("edit_page", {}),
        "move": ("move_page", {}),
        "delete": ("delete_page", {}),
        "revert": ("revert_page", {}),
        "batch": ("apply_edits", {}),
        "attach": ("attachments", {"action": "add"}),
        "detach": ("attachments", {"action": "delete"}),
    }
)


@dataclass(frozen=True)
class Case:
    """A credential: who, by what kind of token or a session, with which scopes."""

    account: str | None
    kind: str
    scopes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "-".join([(self.account or "visitor").partition("@")[0], self.kind, *self.scopes])

    def expected(self, operation: str, visitors: frozenset[Right] = frozenset()) -> str:
        """The answer, by the table."""
        needed = OPERATIONS[operation]
        if self.account is None:
            return "allowed" if needed in visitors else "unauthenticated"
        held = RIGHTS[self.account]
        if needed in (held if self.kind == "session" else held & rights_of_scopes(self.scopes)):
            return "allowed"
        return "insufficient_scope" if self.kind == "oauth" and needed in held else "permission_denied"

    def token(self, identity: Parts) -> str | None:
        """The credential itself, for programs."""
        if self.account is None:
            return None
        if self.kind == "oauth":
            return access_token(identity.grants, self.account, *self.scopes)
        return identity.tokens.create(self.account, "matrix", scopes=self.scopes)


VISITOR = Case(None, "nothing")
TOKENS = [
    Case(account, kind, scopes) for account in RIGHTS for kind in ("oauth", "personal") for scopes in SCOPES
]
SESSIONS = [Case(account, "session") for account in RIGHTS]


def add_accounts(identity: Parts, password: str | None = None) -> None:
    """One account for each set of rights. Those who are there already stay as they are."""
    people = identity.people
    for email, rights in RIGHTS.items():
        if people.find(email) is None:
            name, admin = email.partition("@")[0].title(), Right.ADMIN in rights
            people.add(name, email, password, admin=admin, approved=bool(rights))
            may_write, may_upload = FLAGS[email]
            people.accounts.change(email, may_write=may_write, may_upload=may_upload)


def of_rest(status: int, body: Callable[[], Any]) -> str:
    """What REST has said."""
    code = body().get("code") if status in {401, 403} else None
    return str(code) if code else "allowed"


def of_mcp(status: int, body: Callable[[], Any]) -> str:
    """What a tool, or the gate before it, has said."""
    if status in {401, 403}:
        return str(body()["code"])
    assert status == 200, status
    answer = body().get("result", {}).get("structuredContent") or {}
    code = answer.get("code")
    return str(code) if code in REFUSALS else "allowed"
