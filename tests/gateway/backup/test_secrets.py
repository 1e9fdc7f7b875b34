"""No secret is in a backup, whole or in part: every one is planted, and the archive's bytes are searched."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.settings import load_settings
from tests.gateway.backup.wiki import Wiki, kept, members, restored
from wiki_app.preferences import save_preference

LONG = "0123456789abcdef0123456789abcdef"
PLANTED = {
    "OTTERWIKI_API_KEY": f"api-key-{LONG}",
    "WIKIBOT_AUTHKIT_CLIENT_SECRET": f"client-secret-{LONG}",
    "SECRET_KEY": f"secret-key-{LONG}",
    "MAIL_PASSWORD": f"mail-password-{LONG}",
    "GIT_REMOTE_PUSH_PRIVATE_KEY": f"push-key-{LONG}",
    "GIT_REMOTE_PULL_PRIVATE_KEY": f"pull-key-{LONG}",
    "GIT_REMOTE_PUSH_URL": f"https://x:remote-token-{LONG}@git.example.org/wiki.git",
}
STORED = (
    "MAIL_PASSWORD",
    "GIT_REMOTE_PUSH_PRIVATE_KEY",
    "GIT_REMOTE_PULL_PRIVATE_KEY",
    "GIT_REMOTE_PUSH_URL",
)


@pytest.fixture(params=["environment", "preferences"])
def planted(request: pytest.FixtureRequest, wiki: Wiki, monkeypatch: pytest.MonkeyPatch) -> Wiki:
    """The wiki with every secret that it can have: in the environment, or in the preferences table."""
    (wiki.settings.data / "secret_key").write_text(f"own-key-{LONG}")
    if request.param == "environment":
        for name, value in PLANTED.items():
            monkeypatch.setenv(name, value)
    else:
        for name in STORED:
            save_preference(wiki.settings.database, name, PLANTED[name])
            save_preference(wiki.settings.database, name, PLANTED[name] + "-changed")  # leaves a free cell
    return Wiki(load_settings(data=wiki.settings.data), wiki.token, wiki.session)


def test_no_planted_secret_is_in_the_archive(planted: Wiki, tmp_path: Path) -> None:
    kept(planted, tmp_path / "b.zip")
    everything = b"".join(members(tmp_path / "b.zip").values()) + (tmp_path / "b.zip").read_bytes()
    for secret in (LONG, planted.token, planted.session, "agents-own-secret"):
        assert secret.encode() not in everything
    assert b"git.example.org/wiki.git" in everything  # the address itself is kept


def test_the_search_would_find_them(planted: Wiki) -> None:
    """The twin: what the test above looks for is in the wiki itself."""
    files = (planted.settings.data / "secret_key", planted.settings.auth_database, planted.settings.database)
    found = b"".join(path.read_bytes() for path in files)
    assert LONG.encode() in found
    assert b"agents-own-secret" in found


def test_the_restore_names_what_is_to_be_set_by_hand(planted: Wiki, tmp_path: Path) -> None:
    kept(planted, tmp_path / "b.zip")
    done = restored(tmp_path / "b.zip", tmp_path / "new")
    assert set(STORED) <= set(done.settings.secrets) <= set(PLANTED)
    with closing(sqlite3.connect(tmp_path / "new" / "wiki.db")) as connection:
        stored = dict(connection.execute("SELECT name, value FROM preferences").fetchall())
    assert not set(stored) & (set(STORED) - {"GIT_REMOTE_PUSH_URL"})


def test_passwords_and_tokens_are_there_as_hashes(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    contents = members(tmp_path / "b.zip")
    assert b"scrypt:" in contents["wiki.db"] or b"pbkdf2:" in contents["wiki.db"]
    assert b"personal_token" in contents["auth.db"]
