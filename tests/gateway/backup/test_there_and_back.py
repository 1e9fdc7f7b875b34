"""What a backup keeps is there again after a restore."""

import stat
from pathlib import Path

import numpy as np
import pytest

from auth.storage import Clients, Database, PersonalTokens, Sessions
from gateway.settings import load_settings, set_outside
from search.embedder import Model
from search.embeddings import EmbeddingStore
from tests.gateway.backup.wiki import PASSWORD, Wiki, everything, kept, members, restored
from tests.wiki_app.git import commit_file, git
from wiki_app.accounts import WikiAccounts
from wiki_app.errors import Conflict, InvalidInput
from wiki_app.preferences import Preferences

REFS = ("for-each-ref", "--format=%(objectname) %(refname)")
MODEL = Model("tests", 4)


def test_repository_comes_back_with_every_reference_and_working_file(wiki: Wiki, tmp_path: Path) -> None:
    report = kept(wiki, tmp_path / "b.zip")
    done = restored(tmp_path / "b.zip", tmp_path / "new")
    repository = tmp_path / "new" / "repository"

    assert (report.pages, done.pages, report.refs) == (2, 2, 4)
    assert git(repository, *REFS) == git(wiki.repository, *REFS)
    assert git(repository, "symbolic-ref", "HEAD") == "refs/heads/trunk\n"
    assert git(repository, "rev-parse", "HEAD").strip() == report.commit
    assert git(repository, "status", "--porcelain") == ""
    git(repository, "fsck", "--strict")
    assert (repository / "home" / "dot.png").read_bytes().startswith(b"\x89PNG")


def test_accounts_sign_in_and_tokens_work_afterwards(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    restored(tmp_path / "b.zip", tmp_path / "new")
    accounts = WikiAccounts(tmp_path / "new" / "wiki.db")
    database = Database(tmp_path / "new" / "auth.db")
    preferences = Preferences(tmp_path / "new" / "wiki.db", {})

    assert accounts.check("ann@example.org", PASSWORD) is not None
    assert accounts.check("ann@example.org", "wrong") is None
    assert PersonalTokens(database).find(wiki.token) is not None
    assert preferences.value("SITE_NAME") == "Ours"
    preferences.close()


def test_browsers_sign_in_anew_and_agents_without_a_secret_stay(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    restored(tmp_path / "b.zip", tmp_path / "new")
    here, there = Database(wiki.settings.auth_database), Database(tmp_path / "new" / "auth.db")

    assert Sessions(here).account(wiki.session) == "ann@example.org"
    assert Sessions(there).account(wiki.session) is None
    assert Clients(there).find("public") is not None
    assert Clients(there).find("confidential") is None


def test_both_databases_are_readable_by_their_owner_alone(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    restored(tmp_path / "b.zip", tmp_path / "new")
    files = [tmp_path / "b.zip", tmp_path / "new" / "auth.db", tmp_path / "new" / "wiki.db"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_edits_that_are_not_committed_come_along(wiki: Wiki, tmp_path: Path) -> None:
    (wiki.repository / "home.md").write_text("# Home\nhalf a thought\n")
    (wiki.repository / "brand-new.md").write_bytes(b"new\0\xff")
    (wiki.repository / "ideas" / "ünïcode.md").unlink()
    before = git(wiki.repository, "status", "--porcelain", "-z")

    report = kept(wiki, tmp_path / "b.zip")
    done = restored(tmp_path / "b.zip", tmp_path / "new")

    assert sorted(report.edits) == ["brand-new.md", "home.md", "ideas/ünïcode.md"]
    assert done.edits_kept
    assert git(tmp_path / "new" / "repository", "status", "--porcelain", "-z") == before
    assert (tmp_path / "new" / "repository" / "brand-new.md").read_bytes() == b"new\0\xff"
    assert git(wiki.repository, "status", "--porcelain", "-z") == before


def test_without_such_edits_there_is_no_patch(wiki: Wiki, tmp_path: Path) -> None:
    assert kept(wiki, tmp_path / "b.zip").edits == ()
    assert "uncommitted.patch" not in members(tmp_path / "b.zip")
    assert restored(tmp_path / "b.zip", tmp_path / "new").edits_kept is None


def test_embeddings_come_along_only_when_asked_for(wiki: Wiki, tmp_path: Path) -> None:
    store = EmbeddingStore(wiki.settings.data / "embeddings.db")
    store.put(MODEL, {b"k" * 16: np.ones(4, np.float32)})
    store.close()
    kept(wiki, tmp_path / "without.zip")
    kept(wiki, tmp_path / "with.zip", with_embeddings=True)
    restored(tmp_path / "with.zip", tmp_path / "new")

    assert "embeddings.db" not in members(tmp_path / "without.zip")
    assert EmbeddingStore(tmp_path / "new" / "embeddings.db").count(MODEL) == 1


def test_embeddings_that_were_begun_anew_after_damage_are_the_ones_kept(wiki: Wiki, tmp_path: Path) -> None:
    (wiki.settings.data / "embeddings.db").write_bytes(b"no database" * 1000)
    store = EmbeddingStore(wiki.settings.data / "embeddings.db")
    store.put(MODEL, {b"k" * 16: np.ones(4, np.float32)})
    store.close()
    kept(wiki, tmp_path / "b.zip", with_embeddings=True)
    restored(tmp_path / "b.zip", tmp_path / "new")
    assert EmbeddingStore(tmp_path / "new" / "embeddings.db").count(MODEL) == 1


def test_a_wiki_with_pages_is_not_overwritten(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    commit_file(wiki.repository, "home.md", "# Later\n")
    before = everything(wiki.settings.data)
    with pytest.raises(Conflict, match=r"2 pages and 1 accounts.*--replace"):
        restored(tmp_path / "b.zip", wiki.settings.data)
    assert everything(wiki.settings.data) == before


def test_replace_keeps_the_old_wiki_and_its_accounts_beside(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    commit_file(wiki.repository, "home.md", "# Later\n")
    WikiAccounts(wiki.settings.database).add("Bob", "bob@example.org", PASSWORD)
    (wiki.settings.data / "secret_key").write_text("stays")

    done = restored(tmp_path / "b.zip", wiki.settings.data, replace=True)

    assert done.replaced == wiki.settings.data / "replaced-20260504T120000Z"
    assert (done.replaced / "repository" / "home.md").read_text() == "# Later\n"
    assert WikiAccounts(done.replaced / "wiki.db").find("bob@example.org") is not None
    assert (wiki.repository / "home.md").read_text() == "# Home\n"
    assert WikiAccounts(wiki.settings.database).find("bob@example.org") is None
    assert (wiki.settings.data / "secret_key").read_text() == "stays"


def test_accounts_alone_are_not_overwritten_either(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    (tmp_path / "new").mkdir()
    WikiAccounts(tmp_path / "new" / "wiki.db").add("Bob", "bob@example.org", PASSWORD)
    with pytest.raises(Conflict, match="0 pages and 1 accounts"):
        restored(tmp_path / "b.zip", tmp_path / "new")


def test_a_restore_that_is_interrupted_leaves_what_was_there(wiki: Wiki, tmp_path: Path) -> None:
    kept(wiki, tmp_path / "b.zip")
    commit_file(wiki.repository, "home.md", "# Later\n")
    # The place for the old wiki is taken: the last step fails.
    (wiki.settings.data / "replaced-20260504T120000Z").mkdir()
    before = everything(wiki.settings.data)
    with pytest.raises(Exception, match="could not be restored"):
        restored(tmp_path / "b.zip", wiki.settings.data, replace=True)
    assert everything(wiki.settings.data) == before
    assert not list(wiki.settings.data.glob(".restore-*"))


def test_an_existing_file_is_not_overwritten_by_a_backup(wiki: Wiki, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("mine")
    with pytest.raises(InvalidInput, match="exists already"):
        kept(wiki, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "mine"


@pytest.mark.parametrize("begun", [False, True], ids=["no folder", "no commit"])
def test_there_is_nothing_to_keep_where_there_is_no_wiki(wiki: Wiki, tmp_path: Path, begun: bool) -> None:
    empty = load_settings(data=tmp_path / "empty")
    if begun:
        empty.repository.mkdir(parents=True)
        git(empty.repository, "init", "-q")
    with pytest.raises(InvalidInput, match=r"holds no wiki|no commit yet"):
        kept(Wiki(empty, "", ""), tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()
    assert not list(tmp_path.glob(".b.zip-*"))


def test_settings_come_back_as_a_list_of_what_is_missing(
    wiki: Wiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_NAME", "Ours")
    monkeypatch.setenv("WIKIBOT_PUBLIC_URL", "https://wiki.example.org")
    monkeypatch.setenv("WIKIBOT_PORT", "9000")
    kept(wiki, tmp_path / "b.zip")
    monkeypatch.delenv("WIKIBOT_PUBLIC_URL")
    monkeypatch.delenv("WIKIBOT_PORT")

    done = restored(tmp_path / "b.zip", tmp_path / "new")

    assert done.settings.missing(set_outside()) == {"WIKIBOT_PUBLIC_URL": "https://wiki.example.org"}
