"""The caller of one request: a name, and the rights that hold for this call."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Right(StrEnum):
    """The four rights of An Otter Wiki. None implies another: always hand on the whole set."""

    READ = "READ"
    WRITE = "WRITE"
    UPLOAD = "UPLOAD"
    ADMIN = "ADMIN"


ALL_RIGHTS = frozenset(Right)

Via = Literal["owner", "anonymous", "api_key", "session", "token"]


@dataclass(frozen=True)
class Principal:
    """Who calls, how they proved it and what they may do.

    `name` and `email` become the author of commits. `agent` and `client` are what the caller says of
    itself. `path_prefix` bounds the pages of a token ("" is the whole wiki). `grantable` are rights that
    the account has and this token could be given by asking for a wider scope.
    """

    subject: str
    name: str
    email: str
    rights: frozenset[Right]
    via: Via
    agent: str | None = None
    client: str | None = None
    path_prefix: str = ""
    grantable: frozenset[Right] = frozenset()

    def __post_init__(self) -> None:
        """Refuse what would break out of a header or a commit's author line."""
        if any(ord(char) < 32 or ord(char) == 127 or char in "<>" for char in self.name + self.email):
            raise ValueError("a name or email address holds a control character or an angle bracket")

    def may(self, right: Right) -> bool:
        """True if this call carries the right."""
        return right in self.rights
