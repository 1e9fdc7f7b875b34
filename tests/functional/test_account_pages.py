"""What administrators do with accounts in the browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.people import ADMIN, READER, WRITER, Wiki, open_wiki

LINK = re.compile(r"/-/auth/reset/owx_[\w-]+")


@pytest.fixture
async def wiki(tmp_path: Path) -> AsyncIterator[Wiki]:
    async with open_wiki(tmp_path / "data") as wiki:
        yield wiki


async def test_others_do_not_see_the_accounts(wiki: Wiki) -> None:
    will = await wiki.signed_in(WRITER)

    assert (await will.open("/-/auth/accounts")).status_code == 403
    refused = await will.send("/-/auth/tokens", "/-/auth/accounts/change", email=READER, action="remove")
    assert refused.status_code == 403
    assert wiki.services.identity.people.find(READER) is not None


async def test_an_account_is_added_with_a_link_approved_and_given_rights(wiki: Wiki) -> None:
    ann = await wiki.signed_in(ADMIN)
    added = await ann.send("/-/auth/accounts", "/-/auth/accounts", name="Cy", email="cy@example.org")
    taken = await ann.send("/-/auth/accounts", "/-/auth/accounts", name="Cy", email="cy@example.org")
    change = "/-/auth/accounts/change"
    flags = {"approved": "yes", "may_write": "yes"}
    await ann.send("/-/auth/accounts", change, email="cy@example.org", action="rights", **flags)

    account = wiki.services.identity.people.find("cy@example.org")
    assert LINK.search(added.text)
    assert taken.status_code == 422
    assert account is not None
    assert (account.approved, account.may_write, account.may_upload, account.admin) == (
        True,
        True,
        False,
        False,
    )
    assert wiki.services.rights.rights_of("cy@example.org") == {"READ", "WRITE"}


async def test_threat_20_a_locked_account_is_out_at_every_door_at_once(wiki: Wiki) -> None:
    ann, will = await wiki.signed_in(ADMIN), await wiki.signed_in(WRITER)
    token = wiki.services.identity.tokens.create(WRITER, "ci")
    change = "/-/auth/accounts/change"
    before = await wiki.ask("GET", "/api/v1/pages", token)

    await ann.send("/-/auth/accounts", change, email=WRITER, action="disable")

    assert before.status_code == 200
    assert (await wiki.ask("GET", "/api/v1/pages", token)).status_code == 401
    assert (await will.http.get("/-/auth/account")).status_code == 303
    assert (await wiki.person().sign_in(WRITER)).status_code == 401
    await ann.send("/-/auth/accounts", change, email=WRITER, action="enable")
    assert (await wiki.ask("GET", "/api/v1/pages", token)).status_code == 200


async def test_an_account_is_removed_by_who_says_so_twice(wiki: Wiki) -> None:
    ann, change = await wiki.signed_in(ADMIN), "/-/auth/accounts/change"
    wiki.services.identity.tokens.create(READER, "ci")

    unsure = await ann.send("/-/auth/accounts", change, email=READER, action="remove")
    kept = wiki.services.identity.people.find(READER)
    sure = await ann.send("/-/auth/accounts", change, email=READER, action="remove", sure="yes")

    assert (unsure.status_code, sure.status_code) == (422, 303)
    assert "Tick the box" in unsure.text
    assert kept is not None
    assert wiki.services.identity.people.find(READER) is None
    assert wiki.services.identity.tokens.all(READER) == []


async def test_the_only_administrator_stays(wiki: Wiki) -> None:
    ann = await wiki.signed_in(ADMIN)

    for action in ("disable", "remove", "rights"):
        answer = await ann.send(
            "/-/auth/accounts", "/-/auth/accounts/change", email=ADMIN, action=action, sure="yes"
        )
        assert answer.status_code == 422, action
    assert wiki.services.identity.people.find(ADMIN) is not None
