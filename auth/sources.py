"""Where accounts and rights come from. `wiki_app` implements these over the wiki's own tables.

All of it is synchronous (short SQLite transactions) and is called in threads.
"""

from collections.abc import Sequence
from typing import Protocol


class RightsSource(Protocol):
    """One short read a request, so that a changed right counts at the next one."""

    def rights_of(self, email: str | None) -> frozenset[str]:
        """Names of `Right` that the account has; None, or an unknown address, is an anonymous visitor."""
        ...


class Account(Protocol):
    """Somebody with an account. `email`, in lower case, is what everything else refers to."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def approved(self) -> bool: ...

    @property
    def admin(self) -> bool: ...

    @property
    def may_read(self) -> bool: ...

    @property
    def may_write(self) -> bool: ...

    @property
    def may_upload(self) -> bool: ...

    @property
    def has_password(self) -> bool: ...


class AccountSource(Protocol):
    """The table of accounts. What is changed by somebody else counts at the next question."""

    def exist(self) -> bool:
        """True if there is any account."""
        ...

    def all(self) -> Sequence[Account]:
        """All of them, by address."""
        ...

    def find(self, email: str) -> Account | None:
        """The account with this address, in any case of letters."""
        ...

    def check(self, email: str, password: str) -> Account | None:
        """The account whose password this is; takes as long when there is none."""
        ...

    def add(
        self,
        name: str,
        email: str,
        password: str | None = None,
        *,
        admin: bool = False,
        approved: bool = True,
    ) -> Account:
        """A new account; raises the source's own error when the address is taken."""
        ...

    def set_password(self, email: str, password: str) -> None:
        """Raises the source's own error when there is no such account."""
        ...

    def change(self, email: str, **flags: bool) -> None:
        """Set `approved`, `admin`, `may_read`, `may_write` or `may_upload`."""
        ...

    def remove(self, email: str) -> None:
        """The account is no more."""
        ...

    def seen(self, email: str) -> None:
        """The account signed in now."""
        ...
