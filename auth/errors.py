"""What can go wrong in `auth`, each with the stable code that all doors share (DECISIONS 6)."""

from typing import ClassVar


class AuthError(Exception):
    """`message` is one sentence for the person or program that asked; it never holds a secret."""

    code: ClassVar[str] = "unavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidAccount(AuthError):
    """A name, an address, a password, a scope or an expiry that cannot be."""

    code = "invalid_input"


class NoSuchAccount(AuthError):
    """Nobody has this address."""

    code = "not_found"


class KeysUnavailable(AuthError):
    """The issuer's keys were never had: nobody can be told right from wrong (503, never 401)."""


class SignInFailed(AuthError):
    """The provider's answer proves nothing; the sentence says what to do."""

    code = "unauthenticated"
