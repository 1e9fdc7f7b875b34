"""Who has an account, what makes one valid, and what goes with it when it goes."""

import re

from auth.errors import InvalidAccount, NoSuchAccount
from auth.sources import Account, AccountSource
from auth.storage import AccountStates, Sessions

# What a commit's author line and a header can carry; Otter Wiki's own limits for the lengths.
LONGEST_NAME = 50
LONGEST_EMAIL = 128
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1_000
EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\\\"\x00-\x1f\x7f]+\Z")


class People:
    """The accounts, with what auth.db knows of them."""

    def __init__(self, accounts: AccountSource, states: AccountStates, sessions: Sessions) -> None:
        self.accounts = accounts
        self._states = states
        self._sessions = sessions

    def exist(self) -> bool:
        """True if there is any account: whoever comes has to sign in then."""
        return self.accounts.exist()

    def find(self, email: str) -> Account | None:
        """The account, unless it is locked."""
        account = self.accounts.find(email)
        return None if account is None or self._states.disabled(account.email) else account

    def is_disabled(self, email: str) -> bool:
        """True if the account is locked."""
        return self._states.disabled(email.lower())

    def check(self, email: str, password: str) -> Account | None:
        """The account whose password this is, unless it is locked. Takes as long in every case."""
        account = self.accounts.check(email.strip(), password[:LONGEST_PASSWORD])
        return None if account is None or self._states.disabled(account.email) else account

    def add(
        self, name: str, email: str, password: str | None, *, admin: bool = False, approved: bool = True
    ) -> Account:
        """A new account. Raises InvalidAccount, or the source's own error when the address is taken."""
        name, email = check_name(name), check_email(email)
        if password is not None:
            check_password(password)
        self._states.forget(email)
        return self.accounts.add(name, email, password, admin=admin, approved=approved)

    def set_password(self, email: str, password: str, *, keep: str | None = None) -> None:
        """A new password; every session but `keep` ends. Raises InvalidAccount, NoSuchAccount."""
        check_password(password)
        account = self._known(email)
        self.accounts.set_password(account.email, password)
        self._sessions.end_all(account.email, but=keep)

    def disable(self, email: str, *, disabled: bool = True) -> None:
        """Lock the account, or open it again. Raises NoSuchAccount, InvalidAccount."""
        account = self._known(email)
        others = [a for a in self.accounts.all() if a.admin and a.email != account.email]
        if disabled and account.admin and not any(not self._states.disabled(a.email) for a in others):
            raise InvalidAccount(f"{email} is the only administrator: make another one first.")
        self._states.disable(account.email, disabled=disabled)

    def remove(self, email: str) -> None:
        """Remove the account and all that belongs to it. Raises NoSuchAccount."""
        account = self._known(email)
        self.accounts.remove(account.email)
        self._states.forget(account.email)

    def _known(self, email: str) -> Account:
        account = self.accounts.find(email)
        if account is None:
            raise NoSuchAccount(f"{email} has no account.")
        return account


def check_name(name: str) -> str:
    """The name in one line. Raises InvalidAccount."""
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable() or set(tidy) & set("<>"):
        raise InvalidAccount(f"A name has 1 to {LONGEST_NAME} characters, without angle brackets.")
    return tidy


def check_email(email: str) -> str:
    """The address in lower case. Raises InvalidAccount."""
    tidy = email.strip().lower()
    if len(tidy) > LONGEST_EMAIL or not EMAIL.match(tidy) or not tidy.isprintable():
        raise InvalidAccount("An email address looks like ann@example.org.")
    return tidy


def check_password(password: str) -> None:
    """Raises InvalidAccount for one that is too short to keep anybody out (ASVS 2.1.1)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidAccount(f"A password has {SHORTEST_PASSWORD} characters or more.")
