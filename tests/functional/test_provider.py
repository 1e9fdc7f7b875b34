"""People who sign in at an identity provider, and agents with its tokens."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.auth.provider import CLIENT_ID, CLIENT_SECRET, NOBODY, Provider, provider
from tests.functional.people import Person, Wiki, open_wiki

ORIGIN = "http://127.0.0.1:8080"
WRITE = {"json": {"content": "by an agent"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def idp(running: Provider) -> Provider:
    running.person, running.changes, running.answer_iss, running.down = dict(NOBODY), {}, None, False
    return running


@pytest.fixture
async def wiki(tmp_path: Path, idp: Provider) -> AsyncIterator[Wiki]:
    settings: dict[str, Any] = {
        "authkit_domain": idp.url,
        "authkit_client_id": CLIENT_ID,
        "authkit_client_secret": CLIENT_SECRET,
        "admin_email": "ann@example.org",
        "public_url": ORIGIN,
    }
    async with open_wiki(tmp_path / "data", accounts=False, **settings) as wiki:
        wiki.clock.forward(time.time() - wiki.clock.now.timestamp())  # authlib has a clock of its own
        yield wiki


async def go(person: Person, target: str = "/-/auth/account") -> httpx.Response:
    """Off to the provider and back; the answer of the callback."""
    off = await person.http.get("/-/login", params={"next": target})
    async with httpx.AsyncClient() as outside:
        back = await outside.get(off.headers["location"])
    return await person.http.get(back.headers["location"])


async def test_a_person_comes_back_signed_in_to_where_they_wanted_to_go(wiki: Wiki, idp: Provider) -> None:
    person = wiki.person()

    answer = await go(person, "/-/auth/tokens")
    page = await person.open("/-/auth/tokens")

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/auth/tokens")
    assert "Ann" in page.text
    account = wiki.services.identity.people.accounts.find("ann@example.org")
    assert account is not None
    assert (account.admin, account.has_password) == (True, False)


async def test_others_are_no_administrators_and_are_known_again_by_their_number(
    wiki: Wiki, idp: Provider
) -> None:
    idp.person = {"sub": "user_2", "email": "bob@example.org", "email_verified": True, "name": "Bob <b>"}
    await go(wiki.person())
    idp.person = {"sub": "user_2", "email": "changed@example.org", "email_verified": False, "name": "Bob"}
    again = await go(wiki.person())

    accounts = wiki.services.identity.people.accounts.all()
    assert again.status_code == 303
    assert [(account.email, account.name, account.admin) for account in accounts] == [
        ("bob@example.org", "Bob b", False)
    ]


async def test_threat_21_an_address_that_is_not_verified_is_refused(wiki: Wiki, idp: Provider) -> None:
    idp.person = {**NOBODY, "email_verified": False}
    answer = await go(wiki.person())
    idp.person = dict(NOBODY)
    twin = await go(wiki.person())

    assert (answer.status_code, twin.status_code) == (400, 303)
    assert "has not verified" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other-client", "azp": CLIENT_ID},
        {"aud": ["other-client"], "azp": CLIENT_ID},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "another"},
        {"sub": None},
    ],
)
async def test_threat_9_an_id_token_that_is_not_for_us_is_refused(
    wiki: Wiki, idp: Provider, changes: dict[str, Any]
) -> None:
    idp.changes = changes

    person = wiki.person()
    answer = await go(person)

    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers or "wikibot_8080=" not in answer.headers["set-cookie"]


async def test_threat_13_an_answer_in_another_browser_or_of_another_issuer_is_refused(
    wiki: Wiki, idp: Provider
) -> None:
    victim = wiki.person()
    off = await wiki.person().http.get("/-/login")
    async with httpx.AsyncClient() as outside:
        back = await outside.get(off.headers["location"])
    other_browser = await victim.http.get(back.headers["location"])
    idp.answer_iss = "https://evil.example"
    other_issuer = await go(wiki.person())
    idp.answer_iss = idp.url
    twin = await go(wiki.person())

    assert [answer.status_code for answer in (other_browser, other_issuer, twin)] == [400, 400, 303]


async def test_an_answer_counts_once(wiki: Wiki, idp: Provider) -> None:
    person = wiki.person()
    off = await person.http.get("/-/login")
    async with httpx.AsyncClient() as outside:
        back = (await outside.get(off.headers["location"])).headers["location"]

    statuses = [(await person.http.get(back)).status_code for _ in range(2)]

    assert statuses == [303, 400]


async def test_threat_35_an_outage_refuses_a_sign_in_and_reading_goes_on(wiki: Wiki, idp: Provider) -> None:
    token = idp.sign(idp.claims(aud=f"{ORIGIN}/mcp"))
    before = await wiki.ask("GET", "/api/v1/pages", token)
    idp.down = True

    assert before.status_code == 200
    assert (await wiki.ask("GET", "/api/v1/pages", token)).status_code == 200
    assert (await wiki.ask("GET", "/api/v1/pages")).status_code == 200


async def test_without_keys_a_token_is_answered_503_with_a_time_to_wait(wiki: Wiki, idp: Provider) -> None:
    idp.down = True

    answer = await wiki.ask("GET", "/api/v1/pages", idp.sign(idp.claims(aud=f"{ORIGIN}/mcp")))

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "5"


async def test_an_agent_acts_with_the_providers_token(wiki: Wiki, idp: Provider) -> None:
    token = idp.sign(idp.claims(aud=f"{ORIGIN}/mcp", email="ann@example.org", email_verified=True))

    written = await wiki.ask("PUT", "/api/v1/pages/new", token, **WRITE)

    assert written.status_code == 201
    page = (await wiki.ask("GET", "/api/v1/pages/new")).json()
    assert page["last_commit"]["author"] == "ann"


async def test_threat_8_an_id_token_is_no_access_token(wiki: Wiki, idp: Provider) -> None:
    answer = await wiki.ask("GET", "/api/v1/pages", idp.sign(idp.claims(aud=CLIENT_ID)))

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert 'scope="openid profile email"' in answer.headers["www-authenticate"]


async def test_the_documents_point_to_the_provider(wiki: Wiki, idp: Provider) -> None:
    resource = (await wiki.ask("GET", "/.well-known/oauth-protected-resource/mcp")).json()
    server = await wiki.ask("GET", "/.well-known/oauth-authorization-server")

    assert resource["authorization_servers"] == [idp.url]
    assert resource["scopes_supported"] == ["openid", "profile", "email"]
    assert resource["resource"] == f"{ORIGIN}/mcp"
    assert server.status_code == 307
    assert server.headers["location"] == f"{idp.url}/.well-known/oauth-authorization-server"


async def test_there_are_no_passwords_and_no_server_of_our_own(wiki: Wiki) -> None:
    for path in ("/-/login", "/-/oauth/token", "/-/oauth/register", "/-/auth/first-run", "/-/auth/reset/x"):
        assert (await wiki.ask("POST", path)).status_code == 404


async def test_a_locked_account_does_not_come_in(wiki: Wiki, idp: Provider) -> None:
    await go(wiki.person())
    idp.person = {"sub": "user_2", "email": "bob@example.org", "email_verified": True, "name": "Bob"}
    await go(wiki.person())
    wiki.services.identity.people.disable("bob@example.org")

    answer = await go(wiki.person())

    assert answer.status_code == 400
    assert "locked" in answer.text
