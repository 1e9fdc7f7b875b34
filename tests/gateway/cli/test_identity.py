"""`wikibot user …` and `wikibot token …`."""

import io
import sys
from pathlib import Path

import pytest

from auth.storage import Database, PersonalTokens
from gateway.cli import main
from wiki_app.accounts import WikiAccounts

ANN = ["--name", "Ann", "--email", "ann@example.org", "--password", "correct horse"]
BOB = ["--name", "Bob", "--email", "bob@example.org", "--password", "battery staple"]


class Wikibot:
    """Runs commands on one data folder."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = data
        self._capsys = capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        assert main([*arguments, "--data", str(self.data)]) == code
        printed = self._capsys.readouterr()
        return printed.out if code == 0 else printed.err


@pytest.fixture
def wikibot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Wikibot:
    return Wikibot(tmp_path / "data", capsys)


def test_the_first_account_is_an_administrator_and_the_second_is_not(wikibot: Wikibot) -> None:
    first, second = wikibot("user", "add", *ANN), wikibot("user", "add", *BOB)

    accounts = WikiAccounts(wikibot.data / "wiki.db")
    assert "administrator" in first
    assert "everybody signs in" in first
    assert "administrator" not in second
    assert [(account.email, account.admin) for account in accounts.all()] == [
        ("ann@example.org", True),
        ("bob@example.org", False),
    ]
    assert accounts.check("bob@example.org", "battery staple") is not None


def test_a_password_that_is_not_given_is_read(wikibot: Wikibot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("from a pipe\n"))

    wikibot("user", "add", "--name", "Ann", "--email", "ann@example.org")

    assert WikiAccounts(wikibot.data / "wiki.db").check("ann@example.org", "from a pipe") is not None


@pytest.mark.parametrize(
    ("name", "email", "password", "sentence"),
    [
        ("Ann <a>", "ann@example.org", "correct horse", "angle brackets"),
        ("", "ann@example.org", "correct horse", "A name has"),
        ("Ann", "ann", "correct horse", "looks like"),
        ("Ann", "ann@example.org", "short", "8 characters"),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_one_line(
    wikibot: Wikibot, name: str, email: str, password: str, sentence: str
) -> None:
    said = wikibot("user", "add", "--name", name, "--email", email, "--password", password, code=1)

    assert sentence in said
    assert len(said.splitlines()) == 1
    assert password not in said


def test_accounts_are_listed_locked_opened_and_removed(wikibot: Wikibot) -> None:
    wikibot("user", "add", *ANN)
    wikibot("user", "add", *BOB)

    wikibot("user", "disable", "bob@example.org")
    locked = wikibot("user", "list")
    wikibot("user", "enable", "bob@example.org")
    opened = wikibot("user", "list")
    wikibot("user", "remove", "bob@example.org")

    assert "bob@example.org\tBob\tlocked" in locked
    assert "ann@example.org\tAnn\tADMIN READ UPLOAD WRITE" in locked
    assert "locked" not in opened
    assert "bob" not in wikibot("user", "list")


def test_the_only_administrator_is_not_locked_out(wikibot: Wikibot) -> None:
    wikibot("user", "add", *ANN)
    wikibot("user", "add", *BOB)

    for command in ("disable", "remove"):
        assert "only administrator" in wikibot("user", command, "ann@example.org", code=1)


def test_a_new_password_counts(wikibot: Wikibot) -> None:
    wikibot("user", "add", *ANN)

    wikibot("user", "password", "ann@example.org", "--password", "another horse")

    accounts = WikiAccounts(wikibot.data / "wiki.db")
    assert accounts.check("ann@example.org", "correct horse") is None
    assert accounts.check("ann@example.org", "another horse") is not None


@pytest.mark.parametrize("command", ["disable", "enable", "remove"])
def test_nobody_is_named(wikibot: Wikibot, command: str) -> None:
    assert "has no account" in wikibot("user", command, "nobody@example.org", code=1)


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(wikibot: Wikibot) -> None:
    wikibot("user", "add", *ANN)
    secret = wikibot(
        "token", "create", "--name", "ci", "--scope", "wiki:read", "--path", "team", "--expires", "30"
    ).strip()
    tokens = PersonalTokens(Database(wikibot.data / "auth.db"))

    listed = wikibot("token", "list")

    found = tokens.find(secret)
    assert found is not None
    assert (found.account, found.scopes, found.path_prefix) == ("ann@example.org", ("wiki:read",), "team")
    assert secret not in listed
    assert listed.startswith(f"{found.id}\tci\tann@example.org\twiki:read\tbelow team")
    wikibot("token", "revoke", str(found.id))
    assert tokens.find(secret) is None
    assert "no token" in wikibot("token", "revoke", str(found.id), code=1)


def test_without_accounts_a_token_is_the_owners_and_with_several_one_is_named(wikibot: Wikibot) -> None:
    wikibot("token", "create", "--name", "mine")
    assert "\towner\t" in wikibot("token", "list")
    wikibot("user", "add", *ANN)
    wikibot("user", "add", *BOB)

    assert "--user" in wikibot("token", "create", "--name", "whose", code=1)
    wikibot("token", "create", "--name", "bobs", "--user", "bob@example.org")
    assert "bobs\tbob@example.org" in wikibot("token", "list")


def test_an_account_that_is_removed_takes_its_tokens_along(wikibot: Wikibot) -> None:
    wikibot("user", "add", *ANN)
    wikibot("user", "add", *BOB)
    wikibot("token", "create", "--name", "bobs", "--user", "bob@example.org")

    wikibot("user", "remove", "bob@example.org")

    assert wikibot("token", "list") == ""
