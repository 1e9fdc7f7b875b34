"""Families of codes and tokens: each counts once, and a second use ends them all."""

import pytest

from auth.storage import Database, Grants
from auth.storage.grants import Pair
from tests.auth.clock import Hands


@pytest.fixture
def grants(database: Database) -> Grants:
    return Grants(database)


def allow(grants: Grants, account: str = "ann") -> str:
    return grants.allow(
        client="client",
        client_name="Client",
        account=account,
        scopes=("wiki:read", "wiki:write"),
        resource="https://wiki.example/mcp",
        challenge="challenge",
        redirect_uri="http://127.0.0.1:1234/callback",
        redirect_given=True,
    )


def tokens(grants: Grants) -> Pair:
    pair = grants.exchange_code(allow(grants))
    assert pair is not None
    return pair


def test_a_code_gives_tokens_with_what_was_allowed(grants: Grants) -> None:
    code = allow(grants)
    bound = grants.code(code, "client")

    pair = grants.exchange_code(code)

    assert bound is not None
    assert (bound.challenge, bound.redirect_given, bound.family.account) == ("challenge", True, "ann")
    assert pair is not None
    access = grants.access_token(pair.access)
    assert access is not None
    assert (access.family.account, access.scopes) == ("ann", ("wiki:read", "wiki:write"))
    assert access.family.resource == "https://wiki.example/mcp"


def test_a_code_of_another_client_does_not_exist(grants: Grants) -> None:
    assert grants.code(allow(grants), "other") is None


def test_a_code_used_twice_ends_the_tokens_of_its_first_use(grants: Grants) -> None:
    code = allow(grants)
    pair = grants.exchange_code(code)
    assert pair is not None

    assert grants.code(code, "client") is None
    assert grants.access_token(pair.access) is None
    assert grants.refresh_token(pair.refresh, "client") is None


def test_two_that_exchange_one_code_at_a_time_get_nothing_that_lasts(grants: Grants) -> None:
    code = allow(grants)
    first, second = grants.exchange_code(code), grants.exchange_code(code)

    assert second is None
    assert first is not None
    assert grants.access_token(first.access) is None


def test_a_late_code_gives_nothing(grants: Grants, clock: Hands) -> None:
    code = allow(grants)
    clock.forward(61)

    assert grants.exchange_code(code) is None


def test_an_access_token_ends_after_an_hour_and_a_refresh_brings_another(
    grants: Grants, clock: Hands
) -> None:
    first = tokens(grants)
    clock.forward(3601)
    assert grants.access_token(first.access) is None

    second = grants.exchange_refresh(first.refresh, ["wiki:read"])

    assert second is not None
    assert second.scopes == ("wiki:read",)
    access = grants.access_token(second.access)
    refresh = grants.refresh_token(second.refresh, "client")
    assert access is not None
    assert access.scopes == ("wiki:read",)
    assert refresh is not None
    assert refresh.scopes == ("wiki:read", "wiki:write")


def test_a_refresh_token_used_twice_ends_the_family(grants: Grants) -> None:
    first = tokens(grants)
    second = grants.exchange_refresh(first.refresh, ["wiki:read"])
    assert second is not None

    assert grants.refresh_token(first.refresh, "client") is None
    assert grants.access_token(second.access) is None
    assert grants.refresh_token(second.refresh, "client") is None
    assert grants.all() == []


def test_a_refresh_token_is_neither_an_access_token_nor_another_clients(grants: Grants) -> None:
    pair = tokens(grants)

    assert grants.access_token(pair.refresh) is None
    assert grants.refresh_token(pair.access, "client") is None
    assert grants.refresh_token(pair.refresh, "other") is None
    assert grants.refresh_token(pair.refresh, "client") is not None


def test_only_its_account_ends_a_family(grants: Grants) -> None:
    pair = tokens(grants)
    (family,) = grants.all("ann")

    assert not grants.end(family.id, "bob")
    assert grants.end(family.id, "ann")
    assert grants.access_token(pair.access) is None
    assert grants.all("ann") == []


def test_a_family_that_is_not_used_for_a_month_ends(grants: Grants, clock: Hands) -> None:
    pair = tokens(grants)
    clock.forward(31 * 86_400)

    assert grants.exchange_refresh(pair.refresh, ["wiki:read"]) is None
    assert grants.all() == []
