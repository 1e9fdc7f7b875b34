"""Secrets that we hand out: recognisable by their prefix, stored as SHA-256 only.

They hold 256 random bits, so a plain hash is as good as a slow one; the prefixes let secret scanners find
tokens that were committed by mistake (GitHub does the same).
"""

import hashlib
import re
import secrets

ACCESS = "owa_"
REFRESH = "owr_"
PERSONAL = "owp_"
SESSION = "ows_"
CODE = "owc_"
RESET = "owx_"
BYTES = 32
_FORM = re.compile(r"\b(ow[arpscx]_)[\w-]{12,}")


def new_secret(prefix: str) -> str:
    """A new secret; whoever holds it is who it stands for."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest(secret: str) -> str:
    """What is stored of a secret: 64 hex digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def without_secrets(text: str) -> str:
    """What may be written into a log: a link for a new password has its secret in the path."""
    return _FORM.sub(r"\1…", text)
