"""What may be a page's text, and its way to bytes and back."""

import re

from wiki_app.errors import InvalidInput, TooLarge

LARGEST_PAGE = 1_000_000
"""Bytes of UTF-8; Otter Wiki's own limit for a form (DECISIONS 7)."""
LONGEST_MESSAGE = 10_000
"""Characters of a commit message."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def check_text(text: str, what: str = "content") -> None:
    """Refuses what a page's text must not hold. `what` names it in the message. Raises InvalidInput."""
    if _SURROGATE.search(text):
        raise InvalidInput(f"{what} is not valid Unicode: it holds half of a surrogate pair.")
    found = _CONTROL.search(text)
    if found:
        raise InvalidInput(f"{what} holds the control character U+{ord(found.group()):04X}: leave it out.")


def check_message(message: str) -> None:
    """Refuses what cannot be a commit message. Raises InvalidInput."""
    check_text(message, "commit_message")
    if len(message) > LONGEST_MESSAGE:
        raise InvalidInput(f"commit_message is longer than {LONGEST_MESSAGE} characters: shorten it.")


def to_bytes(text: str) -> bytes:
    """A text's bytes, whatever their number: for texts that are ours already."""
    return text.encode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text that somebody hands in. Raises TooLarge."""
    data = to_bytes(text)
    if len(data) > LARGEST_PAGE:
        raise TooLarge(
            f"The page would have {len(data):,} bytes; at most {LARGEST_PAGE:,} are allowed: split it.",
            size=len(data),
            limit=LARGEST_PAGE,
        )
    return data


def decode(data: bytes) -> str:
    """A page's text as it is edited: bytes that are not UTF-8 survive the way there and back."""
    return data.decode("utf-8", "surrogateescape")


def readable(text: str) -> str:
    """A text that can be sent: what is not UTF-8 becomes a replacement character."""
    return to_bytes(text).decode("utf-8", "replace")
