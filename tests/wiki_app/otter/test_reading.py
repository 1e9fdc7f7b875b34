"""Reading through the storage that Otter Wiki sees."""

from pathlib import Path

import pytest
from otterwiki.gitstorage import StorageErrorEncoding, StorageNotFound, StorageUnsafePath

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.otter.conftest import ANN
from wiki_app.otter.storage import WikiStorage
from wiki_app.store import Store

ABSENT = ["missing.md", "docs/missing.md", "home.md/below", "../outside", ".git/config"]


OUTWARD = ["/etc/hostname", "../../../etc/hostname", ".git/config", "docs/../.git/HEAD"]


def link(store: Store, path: str, target: str) -> None:
    """Commits a symbolic link."""
    at = store.repository.path / path
    at.parent.mkdir(parents=True, exist_ok=True)
    at.symlink_to(target)
    git(store.repository.path, "add", "--", path)
    git(store.repository.path, "commit", "-q", "-m", f"link {path}")


@pytest.mark.parametrize("path", ABSENT)
def test_what_is_not_there_does_not_exist_and_cannot_be_loaded(storage: WikiStorage, path: str) -> None:
    assert not storage.exists(path)
    assert not storage.islink(path)
    with pytest.raises(StorageNotFound):
        storage.load(path)


def test_files_and_directories_are_told_apart(storage: WikiStorage) -> None:
    assert storage.exists("docs")
    assert storage.isdir("docs")
    assert storage.isdir("")
    assert not storage.isdir("home.md")
    assert not storage.isemptydir("docs")


def test_an_uncommitted_file_is_not_served(storage: WikiStorage, store: Store) -> None:
    (store.repository.path / "draft.md").write_text("not yet\n")
    (store.repository.path / "home.md").write_text("being edited\n")
    assert not storage.exists("draft.md")
    assert storage.load("home.md") == "# Home\n\nwelcome\n"


def test_a_commit_by_plain_git_is_served_at_once(storage: WikiStorage, store: Store) -> None:
    commit_file(store.repository.path, "home.md", "by hand\n")
    assert storage.load("home.md") == "by hand\n"
    assert storage.metadata("home.md")["author_name"] == "Olga Owner"


def test_text_has_plain_line_ends_and_a_size_in_characters(storage: WikiStorage) -> None:
    storage.store("lines.md", "ä\r\nb\rc\n".encode(), "lines", ANN, mode="wb")
    assert storage.load("lines.md") == "ä\nb\nc\n"
    assert storage.load("lines.md", size=3) == "ä\nb"
    assert storage.load("lines.md", mode="rb") == "ä\r\nb\rc\n".encode()
    assert storage.size("lines.md") == 8


def test_text_that_is_no_utf8_is_a_fault_of_encoding(storage: WikiStorage) -> None:
    storage.store("latin.md", "Zoë".encode("latin-1"), "latin", ANN, mode="wb")
    with pytest.raises(StorageErrorEncoding):
        storage.load("latin.md")
    with pytest.raises(StorageErrorEncoding):
        storage.load("latin.md", revision=storage.log()[0]["revision"])


def test_an_old_revision_keeps_its_line_ends_but_the_last(storage: WikiStorage) -> None:
    storage.store("old.md", b"a\r\nb\n\n", "old", ANN, mode="wb")
    revision = storage.log("old.md")[0]["revision"]
    storage.store("old.md", "new\n", "new", ANN)
    assert storage.load("old.md", revision=revision) == "a\r\nb\n"
    assert storage.load("old.md", mode="rb", revision=revision) == b"a\r\nb\n\n"


@pytest.mark.parametrize("revision", ["", "-x", "HEAD~1", "main", "abc", "ffffffffffff", "--output=x"])
def test_only_revisions_that_the_wiki_makes_are_taken(storage: WikiStorage, revision: str) -> None:
    with pytest.raises(StorageNotFound):
        storage.load("home.md", revision=revision)


def test_the_list_is_relative_and_can_be_bounded(storage: WikiStorage) -> None:
    assert storage.list("docs") == (["deep/er.md", "guide.md", "guide/picture.png"], ["deep", "guide"])
    assert storage.list("docs", depth=0) == (["guide.md"], ["deep", "guide"])
    assert storage.list("docs", exclude=["guide"]) == (["deep/er.md", "guide.md"], ["deep"])
    assert storage.list("nowhere") == storage.list("../..") == ([], [])
    with pytest.raises(ValueError, match="absolute"):
        storage.list("/docs")


def test_links_inside_the_repository_are_followed(storage: WikiStorage, store: Store) -> None:
    link(store, "alias.md", "docs/guide.md")
    link(store, "folder", "docs")
    assert storage.load("alias.md").startswith("# Guide")
    assert storage.load("folder/guide.md").startswith("# Guide")
    assert storage.canonical_filename("folder/guide.md") == "docs/guide.md"
    assert storage.islink("alias.md") and not storage.islink("folder/guide.md")
    assert storage.list()[1] == ["docs", "docs/deep", "docs/guide", "folder"]


def test_a_broken_link_and_a_circle_do_not_exist(storage: WikiStorage, store: Store) -> None:
    link(store, "broken.md", "nowhere.md")
    link(store, "round.md", "round.md")
    assert not storage.exists("broken.md") and not storage.exists("round.md")
    assert "broken.md" in storage.list()[0]


@pytest.mark.parametrize("target", OUTWARD)
def test_links_that_leave_the_repository_are_refused(storage: WikiStorage, store: Store, target: str) -> None:
    link(store, "leak.md", target)
    assert not storage.exists("leak.md")
    with pytest.raises(StorageNotFound):
        storage.load("leak.md")
    with pytest.raises(StorageUnsafePath):
        storage.canonical_filename("leak.md")
    with pytest.raises(StorageUnsafePath):
        storage.store("leak.md", "overwritten", "x", ANN)


def test_links_may_leave_it_where_that_is_allowed(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("from outside\n")
    storage = WikiStorage(store, allow_external_symlinks=True)
    storage.store("home.md", "home", "first", ANN)
    link(store, "far.md", str(outside))
    link(store, "git.md", str(store.repository.git_dir / "config"))
    assert storage.load("far.md") == "from outside\n"
    assert storage.canonical_filename("far.md") == "far.md"
    assert not storage.exists("git.md")


def test_a_request_sees_one_commit_but_its_own_writes(storage: WikiStorage, store: Store) -> None:
    storage.begin_request()
    assert storage.load("home.md") == "# Home\n\nwelcome\n"
    commit_file(store.repository.path, "home.md", "by hand\n")
    assert storage.load("home.md") == "# Home\n\nwelcome\n"
    assert storage.metadata("home.md")["message"] == "first"
    storage.store("docs/guide.md", "mine\n", "mine", ANN)
    assert storage.load("docs/guide.md") == "mine\n"
    storage.end_request()
    assert storage.load("home.md") == "by hand\n"
