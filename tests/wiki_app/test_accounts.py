"""The wiki's accounts, in its own table and its own form."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.security import check_password_hash, generate_password_hash

from wiki_app.accounts import WikiAccounts
from wiki_app.errors import Conflict, InvalidInput, NotFound
from wiki_app.passwords import hash_password, matches


@pytest.fixture
def accounts(tmp_path: Path) -> WikiAccounts:
    return WikiAccounts(tmp_path / "wiki.db")


def test_a_wiki_without_a_database_has_no_accounts(accounts: WikiAccounts) -> None:
    assert not accounts.exist()
    assert accounts.all() == []
    assert accounts.check("ann@example.org", "x") is None


def test_an_account_is_found_by_its_address_in_any_case(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "Ann@Example.org", "correct horse", admin=True)

    found = accounts.check("ANN@example.org", "correct horse")

    assert accounts.exist()
    assert found is not None
    assert (found.name, found.email, found.admin, found.approved) == ("Ann", "ann@example.org", True, True)
    assert accounts.check("ann@example.org", "wrong") is None


def test_an_address_has_one_account(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "correct horse")

    with pytest.raises(Conflict):
        accounts.add("Another", "ANN@example.org", "correct horse")


def test_an_account_without_a_password_lets_nobody_in(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org")

    assert accounts.check("ann@example.org", "") is None
    assert not accounts.all()[0].has_password


def test_a_new_password_replaces_the_old_one(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "old password")

    accounts.set_password("ann@example.org", "new password")

    assert accounts.check("ann@example.org", "old password") is None
    assert accounts.check("ann@example.org", "new password") is not None


def test_flags_are_set_one_by_one(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "password", approved=False)

    accounts.change("ann@example.org", may_write=True)

    found = accounts.find("ann@example.org")
    assert found is not None
    assert (found.approved, found.may_write, found.may_upload) == (False, True, False)


def test_the_last_administrator_stays(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "password", admin=True)
    accounts.add("Bob", "bob@example.org", "password")

    with pytest.raises(InvalidInput):
        accounts.remove("ann@example.org")
    with pytest.raises(InvalidInput):
        accounts.change("ann@example.org", admin=False)
    accounts.change("bob@example.org", admin=True)
    accounts.remove("ann@example.org")
    assert [account.email for account in accounts.all()] == ["bob@example.org"]


def test_who_is_not_there_cannot_be_changed(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "password")

    for change in (accounts.remove, accounts.seen):
        with pytest.raises(NotFound):
            change("bob@example.org")


def test_the_rows_are_those_of_otter_wiki(accounts: WikiAccounts, tmp_path: Path) -> None:
    accounts.add("Ann", "ann@example.org", "password")

    with closing(sqlite3.connect(tmp_path / "wiki.db")) as connection:
        row = connection.execute('SELECT first_seen, email_confirmed, allow_read FROM "user"').fetchone()

    assert len(row[0]) == len("2026-01-01 00:00:00.000000")
    assert row[1:] == (1, 0)


@pytest.mark.parametrize("password", ["correct horse", "pässwörd ⚿", "", "x" * 300])
def test_werkzeug_reads_our_hashes_and_we_read_its(password: str) -> None:
    assert check_password_hash(hash_password(password), password)
    for method in ("scrypt", "pbkdf2:sha256:1000", "pbkdf2:sha1:1000"):
        theirs = generate_password_hash(password, method=method)
        assert matches(theirs, password)
        assert not matches(theirs, password + "x")


@pytest.mark.parametrize(
    ("stored", "right"),
    [
        ("sha256$salt$e1d04a34ef4a1b7c5a4b5d6ea9ea9bd3a6b1f6a4e1a3b5bd65c9c1b25f2d9ad0", False),
        (None, False),
        ("", False),
        ("plain", False),
        ("scrypt:a:b:c$salt$00", False),
        ("md5$salt$00", False),
        ("scrypt:32768:8:1$$", False),
    ],
)
def test_a_form_that_is_not_known_or_wrong_lets_nobody_in(stored: str | None, right: bool) -> None:
    assert matches(stored, "password") is right


def test_threat_34_an_unknown_address_takes_as_long_as_a_wrong_password(accounts: WikiAccounts) -> None:
    accounts.add("Ann", "ann@example.org", "correct horse")

    def seconds(email: str) -> float:
        began = time.perf_counter()
        accounts.check(email, "a guess")
        return time.perf_counter() - began

    known, unknown = ([seconds(email) for _ in range(7)] for email in ("ann@example.org", "bob@example.org"))

    assert 0.4 < min(unknown) / min(known) < 2.5
