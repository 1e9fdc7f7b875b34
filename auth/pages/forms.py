"""Forms that only our own pages can send, and addresses that only lead to our own pages."""

import hashlib
import hmac
import re
import secrets
from urllib.parse import unquote

CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
NONCE = 8


def form_token(secret: str) -> str:
    """A token for a form, bound to a cookie; another one each time, so that compression gives nothing away
    (BREACH)."""
    nonce = secrets.token_hex(NONCE)
    return f"{nonce}.{_bound(nonce, secret)}"


def is_form_token(token: str, secret: str) -> bool:
    """Whether it was made for this cookie."""
    nonce, _, value = token.partition(".")
    return hmac.compare_digest(value.encode(), _bound(nonce, secret).encode())


def _bound(nonce: str, secret: str) -> str:
    return hashlib.sha256(f"wikibot form\n{nonce}\n{secret}".encode("utf-8", "surrogateescape")).hexdigest()


def safe_next(value: str | None) -> str:
    """Where to go after a sign-in: a path of this wiki, else `/`.

    Browsers drop control characters and read `\\` as `/`; `//host`, also when it is escaped, is another
    site (OWASP, unvalidated redirects).
    """
    path = value or "/"
    bare = unquote(unquote(path))
    for form in (path, bare):
        if CONTROL.search(form.replace(" ", "")) or "\\" in form or form.startswith("//"):
            return "/"
    if not path.startswith("/") or not path.isascii():
        return "/"
    return path
