"""Passwords as Otter Wiki stores them, so that an account works in either.

`scrypt:N:r:p$salt$hex` and `pbkdf2:digest:rounds$salt$hex` are Werkzeug's forms; `sha256$salt$hex` and
`sha512$…` those of older Otter Wikis. A test compares with Werkzeug, which is not loaded here.
"""

import hashlib
import hmac
import secrets
import string

SALT_LENGTH = 16
SCRYPT = "scrypt:32768:8:1"
LETTERS = string.ascii_letters + string.digits
MEMORY = 132
"""scrypt needs 128·N·r·p bytes and a little (RFC 7914 section 2)."""
LEGACY = frozenset({"sha256", "sha512"})

NOBODYS = "scrypt:32768:8:1$nobodys-salt-000$" + "0" * 128
"""Compared with where there is no account or no password: the answer takes as long."""


def hash_password(password: str) -> str:
    """What goes into the table."""
    salt = "".join(secrets.choice(LETTERS) for _ in range(SALT_LENGTH))
    return f"{SCRYPT}${salt}${_digest(SCRYPT, salt, password)}"


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind `stored`; False for a form that is not known."""
    method, salt, value = _parts(stored or NOBODYS)
    try:
        return hmac.compare_digest(_digest(method, salt, password).encode(), value.encode()) and bool(stored)
    except (ValueError, OverflowError):
        return False


def _parts(stored: str) -> tuple[str, str, str]:
    method, _, rest = stored.partition("$")
    salt, _, value = rest.partition("$")
    return method, salt, value


def _digest(method: str, salt: str, password: str) -> str:
    """Raises ValueError for a method or numbers that cannot be."""
    name, *numbers = method.split(":")
    secret = password.encode("utf-8", "surrogatepass")
    if name == "scrypt":
        n, r, p = (int(number) for number in numbers or ("32768", "8", "1"))
        memory = MEMORY * n * r * p
        return hashlib.scrypt(secret, salt=salt.encode(), n=n, r=r, p=p, maxmem=memory).hex()
    if name == "pbkdf2" and numbers:
        rounds = int(numbers[1]) if len(numbers) > 1 else 1_000_000
        return hashlib.pbkdf2_hmac(numbers[0], secret, salt.encode(), rounds).hex()
    if name in LEGACY and not numbers:
        return hmac.new(salt.encode(), secret, name).hexdigest()
    raise ValueError("a form of password that is not known")
