"""Access tokens of a provider: what is wrong with them is refused, and an outage signs nobody out."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from auth.clock import Clock
from auth.errors import KeysUnavailable
from auth.identities import Foreign, Refused
from auth.issuer import Expected, IssuerTokens
from auth.keys import Keys
from auth.people import People
from auth.provider import Admission, AdmissionRules
from auth.storage import AccountStates, Database, IdentityLinks, Sessions
from tests.auth.clock import Hands
from tests.auth.identity import Row, Table
from tests.auth.provider import Provider, provider

AUDIENCE = "https://wiki.example.org/mcp"
NOW = Hands().now.timestamp()
MISSING: Any = None


@pytest.fixture(scope="module")
def issuer() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def keys(issuer: Provider, tmp_path: Path, clock: Hands) -> Keys:
    issuer.down = False
    issuer.asked.clear()
    return Keys(lambda: f"{issuer.url}/oauth2/jwks", tmp_path / "jwks.json", clock=clock)


def tokens_of(issuer: Provider, keys: Keys, folder: Path, clock: Clock, *rows: Row) -> IssuerTokens:
    database = Database(folder / "auth.db", clock)
    table = Table({row.email: row for row in rows})
    people = People(table, AccountStates(database), Sessions(database))
    rules = AdmissionRules("boss@example.org", lambda: True)
    admission = Admission(people, IdentityLinks(database), rules, lambda token: issuer.person, clock)
    return IssuerTokens(Expected(issuer.url, frozenset({AUDIENCE})), keys, admission, clock)


@pytest.fixture
def tokens(issuer: Provider, keys: Keys, tmp_path: Path, clock: Hands) -> IssuerTokens:
    return tokens_of(issuer, keys, tmp_path, clock, Row("ann@example.org", "Ann"))


def good(issuer: Provider, **changes: Any) -> dict[str, Any]:
    return issuer.claims(NOW, **{"aud": AUDIENCE, **changes})


@pytest.mark.parametrize(
    ("changes", "fine"),
    [
        ({}, True),
        ({"aud": [AUDIENCE, "https://other.example"]}, True),
        ({"aud": "https://other.example/mcp"}, False),
        ({"aud": AUDIENCE + "/"}, False),
        ({"aud": "https://wiki.example.org"}, False),
        ({"aud": "https://wiki.example.org/api/v1"}, False),
        ({"aud": ["https://other.example"]}, False),
        ({"aud": MISSING}, False),
        ({"aud": "client_wiki"}, False),
        ({"iss": "https://evil.example"}, False),
        ({"sub": MISSING}, False),
        ({"sub": ""}, False),
        ({"sub": 5}, False),
        ({"exp": MISSING}, False),
        ({"exp": "soon"}, False),
        ({"exp": NOW - 20}, True),
        ({"exp": NOW - 31}, False),
        ({"nbf": NOW + 20}, True),
        ({"nbf": NOW + 60}, False),
        ({"nbf": "x"}, False),
        ({"iat": NOW + 20}, True),
        ({"iat": NOW + 60}, False),
        ({"iat": MISSING}, True),
    ],
)
def test_threat_5_threat_6_threat_7_wrong_audience_issuer_or_time(
    issuer: Provider, tokens: IssuerTokens, changes: dict[str, Any], fine: bool
) -> None:
    assert (tokens.claims(issuer.sign(good(issuer, **changes))) is not None) is fine


def test_threat_6_the_issuers_last_slash_counts(issuer: Provider, tokens: IssuerTokens) -> None:
    assert tokens.claims(issuer.sign(good(issuer, iss=issuer.url + "/"))) is None


def test_threat_2_alg_none_and_a_public_key_as_a_password(issuer: Provider, tokens: IssuerTokens) -> None:
    claims = good(issuer)
    body = _part(claims)
    public = issuer.keys[0].as_pem(private=False)
    forged = [
        f"{_part({'alg': 'none'})}.{body}.",
        f"{_part({'alg': 'None', 'kid': 'key-1'})}.{body}.",
        _by_hmac(claims, public),
        issuer.sign(claims, ECKey.generate_key("P-256", {"kid": "key-1"}), alg="ES256"),
        issuer.sign(claims)[:-4] + "AAAA",
        "..",
        "a.b.c",
        issuer.sign(claims) + ".x",
        "e" * 20_000,
    ]

    assert [tokens.claims(token) for token in forged] == [None] * len(forged)
    assert tokens.claims(issuer.sign(claims)) is not None


def test_threat_3_keys_in_the_header_are_not_looked_at(issuer: Provider, tokens: IssuerTokens) -> None:
    own = RSAKey.generate_key(2048, {"kid": "mine"})
    claims = good(issuer)
    issuer.sign(claims)
    headers: list[dict[str, Any]] = [
        {"jwk": own.as_dict(private=False)},
        {"jku": f"{issuer.url}/evil"},
        {"x5u": f"{issuer.url}/evil"},
        {"kid": "../../../../etc/passwd"},
        {"kid": "key-1"},
        {"typ": "id_token+jwt"},
    ]

    answers = [tokens.claims(issuer.sign(claims, own, **header)) for header in headers]

    assert answers == [None] * len(headers)
    assert not any("evil" in path for path in issuer.asked)


def test_threat_4_unknown_keys_ask_the_network_once_in_half_a_minute(
    issuer: Provider, tokens: IssuerTokens, clock: Hands
) -> None:
    own = RSAKey.generate_key(2048)
    tokens.claims(issuer.sign(good(issuer)))
    before = len(issuer.asked)
    for number in range(50):
        tokens.claims(issuer.sign(good(issuer), own, kid=f"random-{number}"))
    flooded = len(issuer.asked)
    clock.forward(31)
    for number in range(50):
        tokens.claims(issuer.sign(good(issuer), own, kid=f"again-{number}"))

    assert flooded == before
    assert len(issuer.asked) == before + 1


def test_a_new_key_is_found(issuer: Provider, tokens: IssuerTokens, clock: Hands) -> None:
    old = issuer.sign(good(issuer))
    assert tokens.claims(old) is not None
    issuer.rotate()
    clock.forward(31)

    assert tokens.claims(issuer.sign(good(issuer))) is not None
    assert tokens.claims(old) is not None


class TestOutage:
    """The provider is away."""

    def test_known_keys_go_on_for_longer_than_an_hour(
        self, issuer: Provider, tokens: IssuerTokens, clock: Hands
    ) -> None:
        tokens.claims(issuer.sign(good(issuer)))
        issuer.down = True
        clock.forward(5 * 3600)

        late = issuer.claims(clock.now.timestamp(), aud=AUDIENCE)
        assert tokens.claims(issuer.sign(late)) is not None

    def test_a_new_process_goes_on_with_the_last_copy(
        self, issuer: Provider, tokens: IssuerTokens, tmp_path: Path, clock: Hands
    ) -> None:
        tokens.claims(issuer.sign(good(issuer)))
        issuer.down = True

        fresh = Keys(lambda: f"{issuer.url}/oauth2/jwks", tmp_path / "jwks.json", clock=clock)

        assert fresh.find("key-1").keys
        assert fresh.state() == ("disk", 0.0)
        clock.forward(8 * 86_400)
        stale = Keys(lambda: f"{issuer.url}/oauth2/jwks", tmp_path / "jwks.json", clock=clock)
        with pytest.raises(KeysUnavailable):
            stale.find("key-1")

    def test_a_pinned_set_is_the_last_resort(self, issuer: Provider, tmp_path: Path, clock: Hands) -> None:
        issuer.down = True
        pinned = tmp_path / "pinned.json"
        pinned.write_text(json.dumps({"keys": [key.as_dict(private=False) for key in issuer.keys]}))

        keys = Keys(lambda: f"{issuer.url}/oauth2/jwks", tmp_path / "jwks.json", pinned, clock)

        assert keys.find(issuer.keys[0].kid).keys
        assert keys.state() == ("pinned", None)

    def test_without_any_key_the_answer_is_503_and_not_401(
        self, issuer: Provider, tokens: IssuerTokens
    ) -> None:
        issuer.down = True

        answer = tokens.account(issuer.sign(good(issuer)))

        assert isinstance(answer, Refused)
        assert (answer.status, answer.code) == (503, "unavailable")


def test_a_token_speaks_for_an_account_by_iss_and_sub(
    issuer: Provider, keys: Keys, tmp_path: Path, clock: Hands
) -> None:
    tokens = tokens_of(issuer, keys, tmp_path, clock)
    named = good(issuer, email="new@example.org", email_verified=True, sub="user_9", scope="openid wiki:read")

    first = tokens.account(issuer.sign(named))
    later = tokens.account(issuer.sign(good(issuer, sub="user_9", email="other@example.org")))

    assert first == Foreign("new@example.org", ("wiki:read",), None)
    assert later == Foreign("new@example.org", ("wiki:read", "wiki:write"), None)


def test_a_token_without_an_address_asks_the_provider_once_a_minute(
    issuer: Provider, keys: Keys, tmp_path: Path, clock: Hands
) -> None:
    tokens = tokens_of(issuer, keys, tmp_path, clock)
    stranger = issuer.sign(good(issuer, sub="user_2"))
    known = issuer.sign(good(issuer))

    assert isinstance(tokens.account(known), Foreign)
    refused = tokens.account(stranger)
    assert isinstance(refused, Refused)
    assert refused.status == 403


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_joins_nobody(
    issuer: Provider, keys: Keys, tmp_path: Path, clock: Hands, verified: Any
) -> None:
    tokens = tokens_of(issuer, keys, tmp_path, clock, Row("boss@example.org"))
    claims = good(issuer, sub="user_3", email="boss@example.org", email_verified=verified)

    assert isinstance(tokens.account(issuer.sign(claims)), Refused)


def test_checking_a_token_is_quick(issuer: Provider, tokens: IssuerTokens) -> None:
    token = issuer.sign(good(issuer))
    tokens.claims(token)
    began = time.perf_counter()
    for _ in range(50):
        tokens.claims(token)

    assert (time.perf_counter() - began) / 50 < 0.02


def _by_hmac(claims: dict[str, Any], secret: bytes) -> str:
    signed = f"{_part({'alg': 'HS256', 'kid': 'key-1'})}.{_part(claims)}"
    mac = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
