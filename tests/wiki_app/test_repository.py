"""The repository: snapshots that do not move, commits that lose nothing."""

import os
import threading
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from wiki_app.errors import InvalidInput, NotFound, PathClash, Unavailable
from wiki_app.objects import SYMLINK
from wiki_app.repository import Author, Changes, Repository, Snapshot, Write

ANNA = Author("Anna", "anna@example.org")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    repository = Repository.init(tmp_path / "r")
    save(repository, "home.md", b"one\n")
    return repository


def save(repository: Repository, path: str, data: bytes | None, mode: int = 0o100644) -> str | None:
    write = None if data is None else Write(data, mode)
    done = repository.commit(lambda _: {path: write}, f"save {path}", ANNA)
    return done.revision if done else None


def test_a_snapshot_keeps_showing_its_own_commit(repository: Repository) -> None:
    before = repository.snapshot()
    save(repository, "home.md", b"two\n")
    assert before.read("home.md") == b"one\n"
    assert repository.snapshot().read("home.md") == b"two\n"


def test_a_commit_is_what_git_sees(repository: Repository) -> None:
    revision = save(repository, "a/b/c.md", b"deep")
    assert git(repository.path, "rev-parse", "HEAD").strip() == revision
    assert git(repository.path, "show", "HEAD:a/b/c.md") == "deep"
    assert (
        git(repository.path, "log", "-1", "--format=%an %ae %s").strip()
        == "Anna anna@example.org save a/b/c.md"
    )
    assert git(repository.path, "fsck", "--strict") == ""


def test_the_same_content_makes_no_commit(repository: Repository) -> None:
    assert save(repository, "home.md", b"one\n") is None
    empty = repository.commit(lambda _: None, "empty", ANNA, allow_empty=True)
    assert empty is not None and empty.changes == ()


def test_the_last_file_of_a_folder_takes_the_folder_along(repository: Repository) -> None:
    save(repository, "a/b.md", b"x")
    save(repository, "a/b.md", None)
    assert not repository.snapshot().is_dir("a")
    save(repository, "home.md", None)
    assert repository.snapshot().files() == []


@pytest.mark.parametrize("path", ["", "/x", "../x", "a/../b", ".git/config", "a/.GIT/x", "a//b", "a\0b", "."])
def test_a_path_that_leaves_the_tree_is_refused(repository: Repository, path: str) -> None:
    head = repository.head()
    with pytest.raises(InvalidInput):
        save(repository, path, b"x")
    assert repository.head() == head


def test_a_file_and_a_folder_cannot_share_a_name(repository: Repository) -> None:
    with pytest.raises(PathClash):
        save(repository, "home.md/below.md", b"x")
    save(repository, "a/b.md", b"x")
    with pytest.raises(PathClash):
        save(repository, "a", b"x")
    changes: Changes = {"a/b.md": None, "a": Write(b"file now")}
    assert repository.commit(lambda _: changes, "swap", ANNA) is not None


def test_files_of_a_folder_are_sorted_and_complete(repository: Repository) -> None:
    for path in ("b/x.md", "a/y.md", "a/b/z.md", "a.md"):
        save(repository, path, path.encode())
    assert [entry.path for entry in repository.snapshot().files()] == sorted(
        ["a.md", "a/b/z.md", "a/y.md", "b/x.md", "home.md"]
    )
    assert [entry.path for entry in repository.snapshot().files("a")] == ["a/b/z.md", "a/y.md"]
    assert repository.snapshot().files("nowhere") == []


def test_a_diff_names_each_path_once(repository: Repository) -> None:
    old = repository.head()
    save(repository, "new/page.md", b"x")
    save(repository, "home.md", None)
    changes = {
        change.path: (bool(change.old), bool(change.new))
        for change in repository.diff(old, repository.head())
    }
    assert changes == {"home.md": (True, False), "new/page.md": (False, True)}


def test_a_race_calls_the_edit_again_and_loses_nothing(repository: Repository) -> None:
    seen: list[str | None] = []
    git(repository.path, "reset", "-q")

    def edit(base: Snapshot) -> Changes:
        seen.append(base.commit)
        if len(seen) == 1:
            commit_file(repository.path, "other.md", "of the owner")
        return {"mine.md": Write(b"mine")}

    done = repository.commit(edit, "mine", ANNA)
    assert done is not None and done.retries == 1 and len(set(seen)) == 2
    assert {entry.path for entry in repository.snapshot().files()} == {"home.md", "mine.md", "other.md"}


def test_many_threads_lose_no_commit(repository: Repository) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            save(repository, f"t{number}/{turn}.md", b"x")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(repository.snapshot().files()) == 61
    assert git(repository.path, "rev-list", "--count", "HEAD").strip() == "61"


def test_housekeeping_at_the_same_time_disturbs_no_commit(repository: Repository) -> None:
    stop = threading.Event()

    def tidy_up() -> None:
        while not stop.is_set():
            git(repository.path, "repack", "-d", "-q")
            git(repository.path, "pack-refs", "--all")

    tidying = threading.Thread(target=tidy_up)
    tidying.start()
    try:
        for turn in range(60):
            save(repository, f"page {turn}.md", b"%d" % turn)
    finally:
        stop.set()
        tidying.join()
    assert len(repository.snapshot().files()) == 61
    assert git(repository.path, "fsck", "--strict", "--no-dangling") == ""


def test_a_reference_that_stays_locked_is_reported(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki_app.repository.LOCKED_FOR", 0.05)
    (repository.git_dir / "refs/heads/main.lock").touch()
    with pytest.raises(Unavailable):
        save(repository, "home.md", b"two\n")
    (repository.git_dir / "refs/heads/main.lock").unlink()
    assert save(repository, "home.md", b"two\n") is not None


def test_revisions_resolve_by_prefix_and_only_commits_do(repository: Repository) -> None:
    head = repository.head()
    assert head is not None
    assert repository.resolve(head[:7]) == head
    blob = git(repository.path, "rev-parse", "HEAD:home.md").strip()
    assert [repository.resolve(text) for text in (blob, "zzzz", head[:3], "0" * 40, "HEAD")] == [None] * 5


def test_ancestors_are_known_over_merges(repository: Repository) -> None:
    first = repository.head()
    git(repository.path, "checkout", "-q", "-f", "-b", "side")
    side = commit_file(repository.path, "side.md", "s")
    git(repository.path, "checkout", "-q", "main")
    commit_file(repository.path, "main.md", "m")
    git(repository.path, "merge", "-q", "side", "-m", "merge")
    head = repository.head()
    assert first and head
    assert repository.is_ancestor(side, head) and repository.is_ancestor(first, head)
    assert not repository.is_ancestor(head, side)
    assert len(repository.info(head).parents) == 2


def test_unknown_things_are_not_found(repository: Repository) -> None:
    with pytest.raises(NotFound):
        repository.snapshot().read("nothing.md")
    with pytest.raises(NotFound):
        repository.snapshot("0" * 40)
    with pytest.raises(NotFound):
        repository.blob(repository.head() or "")


def test_a_symbolic_link_is_an_entry_of_its_own(repository: Repository) -> None:
    save(repository, "link.md", b"home.md", SYMLINK)
    entry = repository.snapshot().entry("link.md")
    assert entry is not None and entry.mode == SYMLINK
    assert repository.snapshot().read("link.md") == b"home.md"


def test_a_folder_without_repository_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not a git repository"):
        Repository.open(tmp_path)
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    with pytest.raises(InvalidInput, match="bare"):
        Repository.open(tmp_path / "bare.git")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_repository_of_another_owner_opens(repository: Repository) -> None:
    for folder, _, files in os.walk(repository.path):
        for name in (".", *files):
            os.chown(os.path.join(folder, name), 12345, 12345)
    assert Repository.open(repository.path).head() == repository.head()
