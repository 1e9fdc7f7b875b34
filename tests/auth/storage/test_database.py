"""The file of secrets: closed to others, without WAL, and without a single secret in it."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from auth.secret import RESET, new_secret
from auth.storage import (
    AccountStates,
    Attempts,
    Clients,
    Database,
    Grants,
    IdentityLinks,
    OneTime,
    PersonalTokens,
    Sessions,
)
from auth.storage.attempts import Limit
from tests.auth.clock import Hands


def test_the_file_is_the_owners_alone_and_has_a_rollback_journal(database: Database, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_fails_halfway_is_not_there(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO account_state VALUES ('ann', 1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert not AccountStates(database).disabled("ann")


def test_no_secret_is_in_the_file(database: Database, path: Path) -> None:
    made = [
        PersonalTokens(database).create("ann", "ci"),
        Sessions(database).start("ann"),
        code := _allow(Grants(database)),
    ]
    pair = Grants(database).exchange_code(code)
    assert pair is not None
    link = new_secret(RESET)
    OneTime(database).put("reset", link, {"account": "ann"}, seconds=60)

    content = path.read_bytes()
    for secret in [*made, pair.access, pair.refresh, link]:
        assert secret.encode() not in content
        assert secret.partition("_")[2].encode() not in content


def _allow(grants: Grants) -> str:
    return grants.allow(
        client="c",
        client_name="Client",
        account="ann",
        scopes=["wiki:read"],
        resource=None,
        challenge="x",
        redirect_uri="http://127.0.0.1/",
        redirect_given=True,
    )


def test_pruning_drops_what_has_expired_and_nothing_else(database: Database, clock: Hands) -> None:
    tokens, sessions = PersonalTokens(database), Sessions(database)
    kept = tokens.create("ann", "for ever")
    tokens.create("ann", "for a day", days=1)
    sessions.start("ann")
    clock.forward(8 * 86_400)

    database.prune()

    assert [token.name for token in tokens.all()] == ["for ever"]
    assert tokens.find(kept) is not None
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_what_counts_once_counts_once_and_not_for_long(database: Database, clock: Hands) -> None:
    once = OneTime(database)
    once.put("reset", "a", {"account": "ann"}, seconds=60)
    once.put("reset", "b", {"account": "bob"}, seconds=60)

    assert once.look("reset", "a") == {"account": "ann"}
    assert once.take("reset", "a") == {"account": "ann"}
    assert once.take("reset", "a") is None
    assert once.take("sign_in", "b") is None
    clock.forward(61)
    assert once.take("reset", "b") is None


def test_an_account_that_goes_takes_everything_along(database: Database) -> None:
    token, session = PersonalTokens(database).create("ann", "ci"), Sessions(database).start("ann")
    pair = Grants(database).exchange_code(_allow(Grants(database)))
    IdentityLinks(database).link("https://id.example", "1", "ann")
    other = PersonalTokens(database).create("bob", "ci")

    AccountStates(database).forget("ann")

    assert PersonalTokens(database).find(token) is None
    assert Sessions(database).account(session) is None
    assert pair is not None
    assert Grants(database).access_token(pair.access) is None
    assert IdentityLinks(database).account("https://id.example", "1") is None
    assert PersonalTokens(database).find(other) is not None


def test_locking_an_account_ends_its_sessions(database: Database) -> None:
    session, states = Sessions(database).start("ann"), AccountStates(database)

    states.disable("ann")
    locked = states.disabled("ann")
    states.disable("ann", disabled=False)

    assert (locked, states.disabled("ann")) == (True, False)
    assert Sessions(database).account(session) is None


def test_the_first_link_of_an_identity_stays(database: Database) -> None:
    links = IdentityLinks(database)
    links.link("https://id.example", "1", "ann")
    links.link("https://id.example", "1", "mallory")

    assert links.account("https://id.example", "1") == "ann"
    assert links.account("https://other.example", "1") is None


def test_attempts_are_counted_in_a_window(database: Database, clock: Hands) -> None:
    attempts, limit = Attempts(database), Limit(2, 60)
    attempts.note("ann")
    clock.forward(20)
    attempts.note("ann")

    assert attempts.wait("ann", limit) == 40
    assert attempts.wait("bob", limit) == 0
    clock.forward(40)
    assert attempts.wait("ann", limit) == 0
    attempts.note("ann")
    attempts.clear("ann")
    assert attempts.wait("ann", limit) == 0


def test_clients_that_are_not_used_go(database: Database, clock: Hands) -> None:
    clients = Clients(database)
    clients.save("old", {"client_name": "Old"})
    clients.save("used", {"client_name": "Used"})
    clock.forward(80 * 86_400)
    clients.used("used")
    clock.forward(20 * 86_400)

    clients.save("new", {})

    assert clients.find("old") is None
    assert clients.find("used") == {"client_name": "Used"}


def test_sessions_end_one_by_one_all_at_once_and_by_themselves(database: Database, clock: Hands) -> None:
    sessions = Sessions(database)
    first, second, third = (sessions.start("ann") for _ in range(3))

    sessions.end(first)
    assert sessions.end_all("ann", but=third) == 1

    assert [sessions.account(secret) for secret in (first, second, third)] == [None, None, "ann"]
    assert sessions.count("ann") == 1
    clock.forward(7 * 86_400 + 1)
    assert sessions.account(third) is None
