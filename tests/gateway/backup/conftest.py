"""A wiki with everything that a backup has to bring back, made of real repositories and databases."""

import os
import shutil
from pathlib import Path

import pytest

from auth.storage import Clients, Database, PersonalTokens, Sessions
from gateway.otterwiki_names import OTTERWIKI_NAMES
from gateway.settings import Settings, load_settings
from tests.gateway.backup.wiki import PASSWORD, Wiki, kept
from tests.wiki_app.git import commit_file, git
from wiki_app.accounts import WikiAccounts
from wiki_app.importer import import_wiki
from wiki_app.preferences import save_preference


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of ours is set but by the test."""
    for name in list(os.environ):
        if name.startswith(("WIKIBOT_", "OTTERWIKI_")) or name in OTTERWIKI_NAMES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Wiki:
    """The wiki below, made once; tests get copies."""
    folder = tmp_path_factory.mktemp("wiki")
    data = folder / "data"
    import_wiki(_source(folder / "source"), data)
    git(data / "repository", "branch", "drafts", "HEAD~1")
    git(data / "repository", "update-ref", "refs/notes/commits", "HEAD~2")
    settings = load_settings(data=data)
    save_preference(settings.database, "SITE_NAME", "Ours")
    WikiAccounts(settings.database).add("Ann", "ann@example.org", PASSWORD, admin=True)
    return _with_tokens(settings)


@pytest.fixture
def wiki(made: Wiki, tmp_path: Path) -> Wiki:
    """Two branches, a tag, a note, an attachment; an account, tokens, a session, a preference."""
    shutil.copytree(made.settings.data, tmp_path / "data")
    return Wiki(load_settings(data=tmp_path / "data"), made.token, made.session)


@pytest.fixture(scope="session")
def kept_once(made: Wiki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    path = tmp_path_factory.mktemp("backup") / "b.zip"
    kept(made, path)
    return path


def _source(source: Path) -> Path:
    source.mkdir()
    git(source, "init", "-q", "-b", "trunk")
    commit_file(source, "home.md", "# Home\n")
    (source / "home").mkdir()
    (source / "home" / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "A picture")
    commit_file(source, "ideas/ünïcode.md", "# Ideas\n")
    git(source, "tag", "-a", "v1", "-m", "first")
    return source


def _with_tokens(settings: Settings) -> Wiki:
    database = Database(settings.auth_database)
    token = PersonalTokens(database).create("ann@example.org", "ci")
    session = Sessions(database).start("ann@example.org")
    Clients(database).save("public", {"client_name": "Agent"})
    Clients(database).save("confidential", {"client_name": "Service", "client_secret": "agents-own-secret"})
    database.close()
    return Wiki(settings, token, session)
