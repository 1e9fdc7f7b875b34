"""Signing in and out, passwords, tokens and accounts, as a person meets them without scripts."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from auth.pages.first_run import make_code
from tests.functional.people import ADMIN, PASSWORD, READER, WRITER, Wiki, open_wiki

LINK = re.compile(r"/-/auth/reset/owx_[\w-]+")
FORM = {"name": "Ann", "email": ADMIN, "password": PASSWORD, "again": PASSWORD}
SECRET = re.compile(r"owp_[\w-]+")


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data") as wiki:
        yield wiki


async def test_a_person_signs_in_and_out(wiki: Wiki) -> None:
    person = wiki.person()
    answer = await person.sign_in(ADMIN.upper(), next="/-/auth/account")
    account = await person.open("/-/auth/account")
    out = await person.send("/-/logout", "/-/logout")
    after = await person.http.get("/-/auth/account")

    assert (answer.status_code, answer.headers["location"]) == (303, "/-/auth/account")
    assert "ADMIN, READ, UPLOAD, WRITE" in account.text
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert after.headers["location"] == "/-/login?next=/-/auth/account"


@pytest.mark.parametrize(
    ("email", "password"), [(ADMIN, "wrong"), ("nobody@example.org", PASSWORD), ("", "")]
)
async def test_a_wrong_password_and_an_unknown_address_read_alike(
    wiki: Wiki, email: str, password: str
) -> None:
    answer = await wiki.person().sign_in(email, password)

    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "wikibot_8080=" not in answer.headers.get("set-cookie", "")


async def test_threat_27_the_cookie_is_kept_from_scripts_and_other_sites(wiki: Wiki) -> None:
    cookie = (await wiki.person().sign_in(ADMIN)).headers["set-cookie"].lower()

    assert cookie.startswith("wikibot_8080=ows_")
    for flag in ("httponly", "samesite=lax", "path=/"):
        assert flag in cookie
    assert "domain" not in cookie


async def test_threat_27_on_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    async with open_wiki(tmp_path / "data", public_url="https://wiki.example.org", host="0.0.0.0") as wiki:
        cookies = (await wiki.person().sign_in(ADMIN)).headers.get_list("set-cookie")

    session = next(cookie for cookie in cookies if "ows_" in cookie)
    assert session.startswith("__Host-wikibot=")
    assert "Secure" in session
    assert "Path=/" in session


async def test_threat_11_a_session_is_new_after_each_sign_in(wiki: Wiki) -> None:
    person = wiki.person()
    person.http.cookies.set("wikibot_8080", "planted", domain="127.0.0.1")

    answer = await person.sign_in(READER)

    assert "wikibot_8080=ows_" in answer.headers["set-cookie"]
    assert wiki.services.identity.sessions.account("planted") is None


async def test_signing_in_again_ends_the_session_before(wiki: Wiki) -> None:
    person = await wiki.signed_in(ADMIN)
    before = person.http.cookies["wikibot_8080"]
    person.http.cookies.delete("wikibot_8080")
    answer = await person.sign_in(ADMIN)
    assert answer.status_code == 303
    assert wiki.services.identity.sessions.account(before) == ADMIN  # another browser's, as far as we know

    await person.send("/-/logout", "/-/logout", everywhere="yes")

    assert wiki.services.identity.sessions.account(before) is None


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "https:evil.example",
        "https://evil.example",
        "/%2f%2fevil.example",
        "%2f%2fevil.example",
        "/%5cevil.example",
        "javascript:alert(1)",
        "/\u2028/evil",
        "",
    ],
)
async def test_threat_14_nobody_is_sent_elsewhere_after_a_sign_in(wiki: Wiki, target: str) -> None:
    answer = await wiki.person().sign_in(ADMIN, next=target)

    assert answer.headers["location"] == (
        "/%2f%2fevil.example" if target == "/%2f%2fevil.example" else "/"
    ) or (answer.headers["location"] == "/")


async def test_threat_12_forms_need_our_own_pages(wiki: Wiki) -> None:
    person = await wiki.signed_in(ADMIN)
    form = {"form_token": "guessed", "name": "ci"}
    actions = [
        "/-/auth/tokens",
        "/-/auth/password",
        "/-/logout",
        "/-/auth/accounts",
        "/-/oauth/consent",
        "/-/login",
    ]

    for action in actions:
        foreign = await person.http.post(action, data=form, headers={"Sec-Fetch-Site": "cross-site"})
        origin = await person.http.post(action, data=form, headers={"Origin": "https://evil.example"})
        guessed = await person.http.post(action, data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert [foreign.status_code, origin.status_code, guessed.status_code] == [403, 403, 403], action
    assert (await person.open("/-/auth/account")).status_code == 200


async def test_a_form_of_another_session_does_not_count(wiki: Wiki) -> None:
    ann, will = await wiki.signed_in(ADMIN), await wiki.signed_in(WRITER)
    page = (await will.open("/-/auth/tokens")).text
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None

    answer = await ann.http.post("/-/auth/tokens", data={"form_token": token[1], "name": "x"})

    assert answer.status_code == 403


async def test_threat_30_no_page_can_be_framed(wiki: Wiki) -> None:
    for path in ("/-/login", "/-/oauth/consent?txn=x"):
        answer = await wiki.person().open(path)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


async def test_pages_work_without_scripts_and_follow_the_wikis_light(wiki: Wiki) -> None:
    person = wiki.person()
    light = (await person.open("/-/login")).text
    person.http.cookies.set("halfmoon_preferredMode", "dark-mode")
    dark = (await person.open("/-/login")).text

    assert "<script" not in light
    assert "class=" not in light.partition(">")[2].partition(">")[0]
    assert '<html lang="en" class="dark-mode">' in dark
    for name in ("email", "password"):
        assert f'<label for="{name}">' in light
    style = await wiki.ask("GET", "/-/auth/style.css")
    assert style.headers["content-type"].startswith("text/css")


async def test_threat_33_guessing_is_stopped_by_address_and_account(wiki: Wiki) -> None:
    person = wiki.person()
    for _ in range(8):
        assert (await person.sign_in(READER, "guess")).status_code == 401
    stopped = await person.sign_in(READER)
    other = await person.sign_in(ADMIN)
    wiki.clock.forward(901)
    later = await wiki.person().sign_in(READER)

    assert stopped.status_code == 429
    assert int(stopped.headers["retry-after"]) > 0
    assert (other.status_code, later.status_code) == (303, 303)


class TestPasswords:
    """Changing one's own, and a link for a new one."""

    async def test_a_person_changes_the_password_and_other_sessions_end(self, wiki: Wiki) -> None:
        person, elsewhere = await wiki.signed_in(READER), await wiki.signed_in(READER)
        new = {"old": PASSWORD, "password": "another horse", "again": "another horse"}

        answer = await person.send("/-/auth/account", "/-/auth/password", **new)

        assert answer.headers["location"] == "/-/auth/account?done=1"
        assert "changed" in (await person.open("/-/auth/account?done=1")).text
        assert (await elsewhere.http.get("/-/auth/account")).status_code == 303
        assert (await wiki.person().sign_in(READER)).status_code == 401
        assert (await wiki.person().sign_in(READER, "another horse")).status_code == 303

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"old": "wrong"}, 403),
            ({"again": "something else"}, 422),
            ({"password": "short", "again": "short"}, 422),
        ],
    )
    async def test_a_change_that_is_not_right_changes_nothing(
        self, wiki: Wiki, changes: dict[str, str], status: int
    ) -> None:
        person = await wiki.signed_in(READER)
        fields = {"old": PASSWORD, "password": "another horse", "again": "another horse", **changes}

        answer = await person.send("/-/auth/account", "/-/auth/password", **fields)

        assert answer.status_code == status
        assert (await wiki.person().sign_in(READER)).status_code == 303

    async def test_an_administrator_makes_a_link_that_counts_once(self, wiki: Wiki) -> None:
        ann, rae = await wiki.signed_in(ADMIN), wiki.person()
        page = f"/-/auth/accounts?email={READER}"
        made = await ann.send(page, "/-/auth/accounts/change", email=READER, action="link")
        found = LINK.search(made.text)
        assert found is not None
        link, new = found[0], {"password": "another horse", "again": "another horse"}

        first = await rae.send(link, link, **new)
        second = await rae.open(link)

        assert first.headers["location"] == "/-/login"
        assert second.status_code == 404
        assert (await wiki.person().sign_in(READER, "another horse")).status_code == 303

    async def test_a_link_lasts_a_day(self, wiki: Wiki) -> None:
        ann = await wiki.signed_in(ADMIN)
        made = await ann.send("/-/auth/accounts", "/-/auth/accounts/change", email=READER, action="link")
        link = LINK.search(made.text)
        assert link is not None
        assert (await wiki.person().open(link[0])).status_code == 200
        wiki.clock.forward(86_401)

        assert (await wiki.person().open(link[0])).status_code == 404


class TestTokens:
    """Personal access tokens in the browser."""

    async def test_a_token_is_shown_once_counts_and_is_revoked(self, wiki: Wiki) -> None:
        person = await wiki.signed_in(WRITER)
        made = await person.send("/-/auth/tokens", "/-/auth/tokens", name="<b>ci</b>", may="write", days="30")
        secret = SECRET.search(made.text)
        assert secret is not None
        listed = (await person.open("/-/auth/tokens")).text

        written = await wiki.ask("PUT", "/api/v1/pages/new", secret[0], json={"content": "x"})
        number = str(wiki.services.identity.tokens.all()[0].id)
        await person.send("/-/auth/tokens", "/-/auth/tokens/revoke", number=number)
        dead = await wiki.ask("GET", "/api/v1/pages", secret[0])

        assert secret[0] not in listed
        assert "&lt;b&gt;ci&lt;/b&gt;" in listed
        assert (written.status_code, dead.status_code) == (201, 401)

    async def test_a_token_that_reads_below_a_path_does_only_that(self, wiki: Wiki) -> None:
        person = await wiki.signed_in(WRITER)
        made = await person.send("/-/auth/tokens", "/-/auth/tokens", name="ci", may="read", path="/team/")
        secret = SECRET.search(made.text)
        assert secret is not None

        statuses = [
            (await wiki.ask("GET", "/api/v1/pages/home", secret[0])).status_code,
            (await wiki.ask("GET", "/api/v1/pages/team/plan", secret[0])).status_code,
            (await wiki.ask("PUT", "/api/v1/pages/team/plan", secret[0], json={"content": "x"})).status_code,
        ]

        assert statuses == [403, 404, 403]

    async def test_nobody_revokes_anothers_token(self, wiki: Wiki) -> None:
        wiki.services.identity.tokens.create(WRITER, "wills")
        rae = await wiki.signed_in(READER)

        await rae.send("/-/auth/tokens", "/-/auth/tokens/revoke", number="1")

        assert len(wiki.services.identity.tokens.all(WRITER)) == 1


class TestFirstRun:
    """The first account, made in the browser."""

    async def test_with_the_code_the_owner_becomes_the_administrator(self, tmp_path: Path) -> None:
        async with open_wiki(tmp_path / "data", accounts=False) as wiki:
            code, person = make_code(wiki.services.identity.once), wiki.person()
            path = "/-/auth/first-run"
            owner = await wiki.ask("GET", "/-/login")
            answer = await person.send(path, path, code=code.lower(), **FORM)
            account = await person.open("/-/auth/account")
            again = await person.open(path)
            write = await wiki.ask("PUT", "/api/v1/pages/x", json={"content": "x"})

        assert "No sign-in needed" in owner.text
        assert answer.status_code == 303
        assert "ADMIN" in account.text
        assert again.status_code == 404
        assert write.status_code == 401

    @pytest.mark.parametrize("code", ["", "WRONG", "AAAA-AAAA-AAAA"])
    async def test_without_the_code_there_is_no_account(self, tmp_path: Path, code: str) -> None:
        async with open_wiki(tmp_path / "data", accounts=False) as wiki:
            make_code(wiki.services.identity.once)
            path = "/-/auth/first-run"
            answer = await wiki.person().send(path, path, code=code, **FORM)

            assert answer.status_code == 403
            assert not wiki.services.identity.people.exist()

    async def test_the_code_cannot_be_guessed_for_long(self, tmp_path: Path) -> None:
        async with open_wiki(tmp_path / "data", accounts=False) as wiki:
            code, path, person = make_code(wiki.services.identity.once), "/-/auth/first-run", wiki.person()
            for _ in range(10):
                await person.send(path, path, code="WRONG", **FORM)

            assert (await person.send(path, path, code=code, **FORM)).status_code == 429


async def test_what_was_done_stands_in_the_audit_log_without_a_secret(wiki: Wiki) -> None:
    person = wiki.person()
    await person.sign_in(WRITER, "wrong password")
    await person.sign_in(WRITER)
    made = await person.send("/-/auth/tokens", "/-/auth/tokens", name="ci", may="write")
    secret = SECRET.search(made.text)
    session = person.http.cookies["wikibot_8080"]
    await person.send("/-/logout", "/-/logout")

    audit = wiki.audit()

    events = re.findall(r'"event": "(\w+)"', audit)
    assert events == ["sign_in_failed", "sign_in", "token_made", "sign_out"]
    assert secret is not None
    for hidden in (PASSWORD, "wrong password", secret[0], session):
        assert hidden not in audit
