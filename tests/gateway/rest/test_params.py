"""Parameters: lenient numbers, moments, cursors."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.errors import GatewayError
from gateway.rest.params import cursor_of, key_of_cursor, moment, number


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 5), ("", 5), ("many", 5), ("7", 7), ("0", 1), ("-3", 1), ("99", 50), (" 8 ", 8)],
)
def test_a_number_outside_is_brought_inside_and_none_is_the_default(value: str | None, expected: int) -> None:
    assert number(value, 5, low=1, high=50) == expected


TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("  ", None),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=TWO)),
        ("2026-01-02T03:04:05 02:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=TWO)),
    ],
)
def test_a_moment_is_iso_8601_and_utc_without_an_offset(value: str | None, expected: datetime | None) -> None:
    assert moment(value) == expected


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", "1", "2026-01-02T25:00"])
def test_what_is_no_moment_is_refused(value: str) -> None:
    with pytest.raises(GatewayError, match="ISO 8601"):
        moment(value)


@pytest.mark.parametrize("key", ["home", "docs/äpfel", "a b", "caf\udce9"])
def test_a_cursor_leads_back_to_its_key(key: str) -> None:
    assert key_of_cursor(cursor_of(key)) == key


@pytest.mark.parametrize("cursor", ["é", "a"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(GatewayError, match="next_cursor"):
        key_of_cursor(cursor)
