"""Personal access tokens."""

import pytest

from auth.errors import InvalidAccount
from auth.storage import Database, PersonalTokens
from tests.auth.clock import Hands


@pytest.fixture
def tokens(database: Database) -> PersonalTokens:
    return PersonalTokens(database)


def test_a_token_is_found_by_its_secret_alone(tokens: PersonalTokens) -> None:
    secret = tokens.create("ann", " ci  job ", scopes=["wiki:read"], path_prefix="/team/")

    found = tokens.find(secret)

    assert secret.startswith("owp_")
    assert found is not None
    assert (found.account, found.name, found.scopes, found.path_prefix) == (
        "ann",
        "ci job",
        ("wiki:read",),
        "team",
    )
    assert tokens.find(secret[:-1]) is None
    assert tokens.find("") is None


def test_a_token_ends_when_it_expires(tokens: PersonalTokens, clock: Hands) -> None:
    secret = tokens.create("ann", "ci", days=1)

    assert tokens.find(secret) is not None
    clock.forward(86_400)
    assert tokens.find(secret) is None


def test_its_last_use_is_noted_now_and_then(tokens: PersonalTokens, clock: Hands) -> None:
    secret = tokens.create("ann", "ci")
    assert tokens.all()[0].last_used is None

    tokens.find(secret)
    first = tokens.all()[0].last_used
    clock.forward(60)
    tokens.find(secret)
    assert tokens.all()[0].last_used == first
    clock.forward(600)
    tokens.find(secret)
    assert tokens.all()[0].last_used == clock.now.timestamp()


def test_only_its_account_revokes_it(tokens: PersonalTokens) -> None:
    secret = tokens.create("ann", "ci")
    (token,) = tokens.all("ann")

    assert not tokens.revoke(token.id, "bob")
    assert tokens.find(secret) is not None
    assert tokens.revoke(token.id, "ann")
    assert tokens.find(secret) is None
    assert not tokens.revoke(token.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "a" * 101},
        {"name": "a\x00"},
        {"scopes": []},
        {"scopes": ["wiki:admin"]},
        {"days": 0},
        {"days": -1},
    ],
)
def test_a_token_that_cannot_be_is_refused(tokens: PersonalTokens, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidAccount):
        tokens.create("ann", **{"name": "ci", **wrong})  # type: ignore[arg-type]
