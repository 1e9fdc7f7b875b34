"""Principals are what commits and the wiki's headers are made of."""

import pytest

from auth import Principal, Right


def test_a_principal_may_what_its_rights_say_and_nothing_more() -> None:
    reader = Principal("ann", "Ann", "ann@example.org", frozenset({Right.READ}), "session")

    assert reader.may(Right.READ)
    assert not reader.may(Right.WRITE)


@pytest.mark.parametrize("name", ["Ann\nX-Otterwiki-Permissions: ADMIN", "Ann <root@example.org>", "Ann\x7f"])
def test_a_name_that_would_break_out_of_its_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="control character or an angle bracket"):
        Principal("ann", name, "ann@example.org", frozenset(), "session")
