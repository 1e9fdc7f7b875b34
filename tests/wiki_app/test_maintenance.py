"""Housekeeping packs what the commits leave behind, and only then."""

import fcntl
import os
from pathlib import Path

from tests.wiki_app.git import git
from wiki_app.gitcommand import Git
from wiki_app.maintenance import tidy
from wiki_app.repository import Author, Repository, Write

ANNA = Author("Anna", "anna@example.org")


def with_commits(path: Path) -> Repository:
    repository = Repository.init(path)
    for turn in range(5):
        repository.commit(lambda _: {"home.md": Write(b"%d" % turn)}, "save", ANNA)  # noqa: B023
    (repository.git_dir / "wikibot").mkdir()
    return repository


def test_a_small_repository_is_left_alone(tmp_path: Path) -> None:
    repository = with_commits(tmp_path)
    assert tidy(repository.git_dir, Git(tmp_path)) is False


def test_it_packs_and_keeps_every_revision(tmp_path: Path) -> None:
    repository = with_commits(tmp_path)
    old = repository.snapshot()
    assert tidy(repository.git_dir, Git(tmp_path), always=True) is True
    assert git(tmp_path, "count-objects").startswith("0 objects")
    assert (repository.git_dir / "objects/info/commit-graphs").exists() or (
        repository.git_dir / "objects/info/commit-graph"
    ).exists()
    assert old.read("home.md") == b"4"
    assert repository.commit(lambda _: {"home.md": Write(b"new")}, "save", ANNA) is not None


def test_many_loose_objects_ask_for_it(tmp_path: Path) -> None:
    repository = with_commits(tmp_path)
    folder = repository.git_dir / "objects" / "17"
    folder.mkdir(exist_ok=True)
    for number in range(8):
        (folder / f"{number:038}").touch()
    assert tidy(repository.git_dir, Git(tmp_path)) is True
    assert repository.snapshot().read("home.md") == b"4"


def test_only_one_process_tidies(tmp_path: Path) -> None:
    repository = with_commits(tmp_path)
    other = os.open(repository.git_dir / "wikibot/tidy.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert tidy(repository.git_dir, Git(tmp_path), always=True) is False
    os.close(other)
