"""The working files follow the branch and never touch what the owner is editing."""

import os
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from wiki_app.gitcommand import Git
from wiki_app.objects import EXECUTABLE, SYMLINK
from wiki_app.repository import Author, Changes, Repository, Write
from wiki_app.working_files import WorkingFiles

ANNA = Author("Anna", "anna@example.org")


class Wiki:
    """A repository with its working files, as the store drives them."""

    def __init__(self, path: Path) -> None:
        self.repository = Repository.init(path)
        self.git = Git(path)
        self.files = WorkingFiles(self.repository, self.git)
        self.files.open()

    def save(self, changes: Changes) -> None:
        done = self.repository.commit(lambda _: changes, "save", ANNA)
        assert done is not None
        self.files.follow(done)

    def save_and_crash(self, changes: Changes) -> None:
        self.repository.commit(lambda _: changes, "save", ANNA)

    def restart(self) -> None:
        self.files = WorkingFiles(Repository.open(self.repository.path), self.git)
        self.files.open()

    def text(self, path: str) -> str:
        return (self.repository.path / path).read_text()

    def status(self) -> str:
        return git(self.repository.path, "status", "--porcelain")


@pytest.fixture
def wiki(tmp_path: Path) -> Wiki:
    wiki = Wiki(tmp_path / "repository")
    wiki.save({"home.md": Write(b"one\n"), "a/b.md": Write(b"deep\n")})
    wiki.files.refresh_index()
    return wiki


def test_after_a_write_and_a_refresh_git_status_is_clean(wiki: Wiki) -> None:
    wiki.save({"home.md": Write(b"two\n"), "new/x.md": Write(b"x"), "a/b.md": None})
    assert wiki.text("home.md") == "two\n"
    assert not (wiki.repository.path / "a").exists()
    wiki.files.refresh_index()
    assert wiki.status() == ""


def test_a_crash_between_commit_and_files_is_repaired_at_the_start(wiki: Wiki) -> None:
    wiki.save_and_crash({"home.md": Write(b"two\n"), "a/b.md": None})
    assert wiki.text("home.md") == "one\n"
    wiki.restart()
    assert (wiki.text("home.md"), wiki.status()) == ("two\n", "")


def test_a_crash_in_the_middle_of_the_files_is_repaired_too(wiki: Wiki) -> None:
    wiki.save_and_crash({"home.md": Write(b"two\n"), "x.md": Write(b"x")})
    (wiki.repository.path / "x.md").write_text("x")
    (wiki.repository.git_dir / "wikibot/tmp/half").write_text("ha")
    wiki.restart()
    assert (wiki.text("home.md"), wiki.status()) == ("two\n", "")
    assert os.listdir(wiki.repository.git_dir / "wikibot/tmp") == []


def test_the_owners_edit_survives_a_write_to_the_same_page(wiki: Wiki) -> None:
    (wiki.repository.path / "home.md").write_text("of the owner\n")
    wiki.save({"home.md": Write(b"of the wiki\n")})
    wiki.files.refresh_index()
    assert wiki.text("home.md") == "of the owner\n"
    assert wiki.files.uncommitted() == ["home.md"]
    assert git(wiki.repository.path, "show", "HEAD:home.md") == "of the wiki\n"


def test_the_owners_edit_survives_crash_and_restart(wiki: Wiki) -> None:
    (wiki.repository.path / "home.md").write_text("of the owner\n")
    wiki.save_and_crash({"home.md": Write(b"of the wiki\n")})
    wiki.restart()
    wiki.save({"home.md": Write(b"once more\n")})
    assert wiki.text("home.md") == "of the owner\n"


def test_the_owners_untracked_file_and_deletion_are_left(wiki: Wiki) -> None:
    (wiki.repository.path / "mine.md").write_text("draft")
    (wiki.repository.path / "home.md").unlink()
    wiki.save({"mine.md": Write(b"of the wiki"), "home.md": Write(b"two\n")})
    assert wiki.text("mine.md") == "draft"
    assert not (wiki.repository.path / "home.md").exists()


def test_what_the_owner_staged_stays_staged(wiki: Wiki) -> None:
    (wiki.repository.path / "home.md").write_text("staged\n")
    git(wiki.repository.path, "add", "home.md")
    wiki.save({"a/b.md": Write(b"new\n"), "home.md": Write(b"of the wiki\n")})
    wiki.files.refresh_index()
    assert git(wiki.repository.path, "show", ":home.md") == "staged\n"
    assert git(wiki.repository.path, "show", ":a/b.md") == "new\n"


def test_a_commit_by_the_owner_is_followed(wiki: Wiki) -> None:
    commit_file(wiki.repository.path, "owner.md", "by hand")
    assert wiki.files.behind()
    wiki.save({"home.md": Write(b"two\n")})
    wiki.files.refresh_index()
    assert (wiki.status(), wiki.files.behind()) == ("", False)


def test_an_existing_repository_opens_as_it_is(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "wiki", "old")
    commit_file(tmp_path / "old", "home.md", "hello")
    commit_file(tmp_path / "old", "a/b.md", "deep")
    (tmp_path / "old/home.md").write_text("editing")
    wiki = Wiki(tmp_path / "old")
    wiki.save({"a/b.md": Write(b"changed")})
    wiki.files.refresh_index()
    assert (wiki.text("home.md"), wiki.text("a/b.md")) == ("editing", "changed")
    assert wiki.status() == " M home.md\n"


def test_a_clone_without_checkout_gets_its_files(tmp_path: Path, wiki: Wiki) -> None:
    git(tmp_path, "clone", "-q", "--no-checkout", str(wiki.repository.path), "clone")
    clone = Wiki(tmp_path / "clone")
    assert (clone.text("a/b.md"), clone.status()) == ("deep\n", "")


def test_a_linked_folder_does_not_lead_writes_out_of_the_tree(wiki: Wiki, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (wiki.repository.path / "trap").symlink_to(outside)
    wiki.save({"trap/x.md": Write(b"x")})
    assert list(outside.iterdir()) == []


def test_links_and_executables_are_written_as_such(wiki: Wiki) -> None:
    wiki.save({"link.md": Write(b"home.md", SYMLINK), "run.sh": Write(b"#!/bin/sh\n", EXECUTABLE)})
    assert os.readlink(wiki.repository.path / "link.md") == "home.md"
    assert os.access(wiki.repository.path / "run.sh", os.X_OK)
    wiki.files.refresh_index()
    assert wiki.status() == ""


def test_a_rewritten_history_is_followed(wiki: Wiki) -> None:
    first = git(wiki.repository.path, "rev-parse", "HEAD").strip()
    wiki.save({"home.md": Write(b"two\n")})
    git(wiki.repository.path, "update-ref", "refs/heads/main", first)
    wiki.files.sync()
    wiki.files.refresh_index()
    assert (wiki.text("home.md"), wiki.status()) == ("one\n", "")
