"""Times as agents write them."""

from datetime import UTC, datetime

from gateway.errors import GatewayError


def moment(text: str, name: str) -> datetime | None:
    """A time in ISO 8601, UTC where it names no offset; None for "". Raises GatewayError."""
    if not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise GatewayError(
            "invalid_input", f"{name} must be a time in ISO 8601, such as 2026-03-31, not {text[:40]!r}."
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
