"""Rights: the same answers as Otter Wiki's own SimpleAuth, for every combination."""

import itertools
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from wiki_app.preferences import Access, Preferences, save_preference
from wiki_app.rights import Account, WikiRights, rights

LEVELS = ["ANONYMOUS", "REGISTERED", "APPROVED", "registered", "ADMIN", ""]
FLAGS = ["is_approved", "is_admin", "allow_read", "allow_write", "allow_upload"]

# Runs in a process of its own: `otterwiki.server` keeps its first repository and reads the environment.
ORIGINAL = """
import itertools, json, sys
from otterwiki.server import app
from otterwiki.auth import SimpleAuth, OtterWikiAnonymousUser
levels, flags = json.loads(sys.argv[1]), json.loads(sys.argv[2])
rule, answers = SimpleAuth(), []
users = [OtterWikiAnonymousUser()]
rows = itertools.product([False, True], repeat=len(flags))
users += [SimpleAuth.User(**dict(zip(flags, row))) for row in rows]
with app.app_context():
    for access in itertools.product(levels, repeat=3):
        app.config.update(zip(["READ_ACCESS", "WRITE_ACCESS", "ATTACHMENT_ACCESS"], access))
        for user in users:
            answers.append([r for r in ("ADMIN", "READ", "UPLOAD", "WRITE") if rule.has_permission(r, user)])
print(json.dumps(answers))
"""


def test_every_combination_answers_as_simple_auth_does(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    environment = {
        **os.environ,
        "REPOSITORY": str(tmp_path),
        "SECRET_KEY": "a key for this test only",
        "GIT_AUTHOR_NAME": "Test",
        "GIT_AUTHOR_EMAIL": "test@example.org",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ORIGINAL, json.dumps(LEVELS), json.dumps(FLAGS)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    original = json.loads(done.stdout)

    accounts: list[Account | None] = [None]
    accounts += [Account(*row) for row in itertools.product([False, True], repeat=len(FLAGS))]
    ours = [
        sorted(rights(Access(*access), account))
        for access in itertools.product(LEVELS, repeat=3)
        for account in accounts
    ]

    assert len(ours) == len(LEVELS) ** 3 * (2 ** len(FLAGS) + 1)
    assert ours == original


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "wiki.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        columns = ", ".join(f"{flag} BOOLEAN" for flag in FLAGS)
        connection.execute(f'CREATE TABLE "user" (email VARCHAR, {columns})')
        connection.execute("INSERT INTO user VALUES ('ann@example.org', 1, 0, 1, 1, NULL)")
        connection.execute("INSERT INTO user VALUES ('root@example.org', 1, 1, 0, 0, 0)")
    for name in ("READ_ACCESS", "WRITE_ACCESS", "ATTACHMENT_ACCESS"):
        save_preference(path, name, "ADMIN")
    return path


def rights_in(database: Path, email: str | None) -> frozenset[str]:
    with closing(Preferences(database, {})) as preferences:
        return WikiRights(database, preferences).rights_of(email)


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        ("ann@example.org", {"READ", "WRITE"}),
        ("root@example.org", {"READ", "WRITE", "UPLOAD", "ADMIN"}),
        ("stranger@example.org", set()),
        (None, set()),
    ],
)
def test_the_flags_of_the_account_count(database: Path, email: str | None, expected: set[str]) -> None:
    assert rights_in(database, email) == expected


def test_an_account_that_is_locked_loses_its_rights_at_once(database: Path) -> None:
    before = rights_in(database, "ann@example.org")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE user SET is_approved = 0 WHERE email = 'ann@example.org'")

    assert before
    assert not rights_in(database, "ann@example.org")


def test_a_wiki_without_tables_gives_visitors_what_otter_wiki_gives_them(tmp_path: Path) -> None:
    assert rights_in(tmp_path / "wiki.db", "ann@example.org") == {"READ", "WRITE", "UPLOAD"}
