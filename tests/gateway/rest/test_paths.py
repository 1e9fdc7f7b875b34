"""Paths of requests, tidied before routing."""

import pytest

from gateway.rest.paths import tidy


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/pages/a", "/pages/a"),
        ("/pages/a/", "/pages/a"),
        ("//pages///a//b//", "/pages/a/b"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_trailing_and_doubled_slashes_are_dropped(path: str, expected: str) -> None:
    assert tidy(path) == expected
