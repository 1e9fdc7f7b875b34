"""Values of parameters that handlers read themselves: some leniently, as older clients send them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import UTC, datetime

from gateway.errors import GatewayError


def number(value: str | None, default: int, *, low: int, high: int | None = None) -> int:
    """A whole number within bounds; what is no number is the default, what lies outside the nearest bound."""
    try:
        found = int(value) if value is not None else default
    except ValueError:
        return default
    return max(low, found if high is None else min(found, high))


def moment(value: str | None) -> datetime | None:
    """A moment in ISO 8601, UTC where it names no offset. Raises invalid_input.

    A `+` that was not encoded arrives as a blank.
    """
    if value is None or not value.strip():
        return None
    text = value.strip()
    for form in (text, "+".join(text.rsplit(" ", 1))):
        try:
            found = datetime.fromisoformat(form)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    raise GatewayError("invalid_input", f"updated_since must be a date in ISO 8601, not {value!r}.")


def cursor_of(key: str) -> str:
    """An opaque mark of the last page that was sent."""
    return urlsafe_b64encode(key.encode("utf-8", "surrogateescape")).decode().rstrip("=")


def key_of_cursor(cursor: str) -> str:
    """The key behind a cursor. Raises invalid_input."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return urlsafe_b64decode(padded).decode("utf-8", "surrogateescape")
    except (NotBase64, ValueError) as error:
        raise GatewayError("invalid_input", "cursor must be the next_cursor of an earlier answer.") from error
