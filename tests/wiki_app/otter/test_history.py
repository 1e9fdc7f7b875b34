"""History through the storage that Otter Wiki sees, beside what git says."""

import re

import pytest
from otterwiki.gitstorage import StorageError, StorageNotFound

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.otter.conftest import ANN
from wiki_app.otter.storage import WikiStorage
from wiki_app.store import Store


def test_the_log_has_the_entries_that_the_pages_read(storage: WikiStorage) -> None:
    entry = storage.log()[0]
    assert entry["revision"] == entry["revision-full"][:6]
    assert (entry["author_name"], entry["author_email"]) == ANN
    assert (entry["message"], entry["files"]) == ("fourth", ["docs/deep/er.md"])
    assert entry["datetime"].tzinfo is not None


def test_the_log_is_that_of_git_with_merges(storage: WikiStorage, store: Store) -> None:
    work = store.repository.path
    git(work, "checkout", "-q", "-b", "side")
    commit_file(work, "side.md", "side\n", "on the side\n\n  with a body\n")
    git(work, "checkout", "-q", "main")
    commit_file(work, "home.md", "main\n", "on main")
    git(work, "merge", "-q", "--no-edit", "side")
    revisions = [entry["revision-full"] for entry in storage.log()]
    assert revisions == git(work, "log", "--format=%H").split()
    assert storage.log()[0]["files"] == []
    assert {entry["message"] for entry in storage.log()} >= {"on the side\n\nwith a body"}
    assert len(storage.log(max_count=2)) == 2


def test_an_unknown_file_has_no_history(storage: WikiStorage) -> None:
    for ask in (storage.log, storage.metadata, storage.blame):
        with pytest.raises(StorageNotFound):
            ask("missing.md")


def test_an_empty_repository_has_an_empty_log(store: Store) -> None:
    storage = WikiStorage(store)
    assert storage.log() == []
    with pytest.raises(StorageNotFound):
        storage.log(fail_on_git_error=True)


def test_metadata_is_of_this_very_path(storage: WikiStorage) -> None:
    first = storage.metadata("home.md")["revision"]
    storage.rename("home.md", "start.md", "moved", ANN)
    assert storage.metadata("start.md")["message"] == "moved"
    with pytest.raises(StorageNotFound):
        storage.metadata("start.md", revision=first)
    assert storage.metadata("home.md", revision=first)["message"] == "first"


def test_metadata_counts_lines_when_asked(storage: WikiStorage) -> None:
    storage.store("home.md", "# Home\n\nhello\nworld\n", "changed", ANN)
    counted = storage.metadata("home.md")["files"]
    assert dict(counted) == {
        "home.md": {"insertions": 2, "deletions": 1, "lines": 3, "change_type": "M"},
    }


def test_the_last_change_of_a_deleted_file_is_its_deletion(storage: WikiStorage) -> None:
    storage.delete("home.md", "gone", ANN)
    assert storage.metadata("home.md")["message"] == "gone"


def test_blame_names_the_commit_of_each_line(storage: WikiStorage) -> None:
    storage.store("home.md", "# Home\n\nchanged\n", "changed", ("Bob", "bob@example.org"))
    rows = storage.blame("home.md")
    assert [(row[1], row[3], row[4], row[5]) for row in rows] == [
        ("Ann Author", 1, "# Home", "first"),
        ("Ann Author", 2, "", "first"),
        ("Bob", 3, "changed", "changed"),
    ]
    first = storage.log("home.md")[1]["revision"]
    assert {row[1] for row in storage.blame("home.md", first)} == {"Ann Author"}


def test_blame_leaves_lines_that_are_no_utf8_as_bytes(storage: WikiStorage) -> None:
    storage.store("latin.md", "Zoë\n".encode("latin-1"), "latin", ANN, mode="wb")
    assert storage.blame("latin.md")[0][4] == b"Zo\xeb"


def test_a_diff_is_that_of_git(storage: WikiStorage, store: Store) -> None:
    storage.store("home.md", "# Home\n\nchanged\n", "changed", ANN)
    new, *_, old = (entry["revision"] for entry in storage.log())
    assert storage.diff(old, new) == git(store.repository.path, "diff", old, new).removesuffix("\n")
    with pytest.raises(StorageError):
        storage.diff("ffffff", new)


def test_a_commit_is_shown_with_its_body_and_patch(storage: WikiStorage) -> None:
    storage.store("home.md", "changed\n", "title\n\nthe body", ANN)
    metadata, patch = storage.show_commit(storage.log()[0]["revision"])
    assert metadata["message"] == "title\n\nthe body"
    assert re.match(r"the body\s+diff --git a/home.md b/home.md", patch)


def test_the_parent_of_a_revision_is_the_one_before_it_in_the_file(storage: WikiStorage) -> None:
    storage.store("home.md", "changed\n", "changed", ANN)
    newest, oldest = (entry["revision"] for entry in storage.log("home.md"))
    assert storage.get_parent_revision("home.md", newest) == oldest
    with pytest.raises(StorageNotFound):
        storage.get_parent_revision("home.md", oldest)


def test_a_commit_that_a_reset_left_behind_is_still_readable(storage: WikiStorage, store: Store) -> None:
    storage.store("home.md", "left behind\n", "lost", ANN)
    lost = storage.log()[0]["revision-full"]
    git(store.repository.path, "reset", "-q", "--hard", "HEAD~1")
    assert storage.load("home.md", revision=lost) == "left behind"
    assert storage.load("home.md") == "# Home\n\nwelcome\n"


def test_the_modification_time_is_that_of_the_last_change(storage: WikiStorage) -> None:
    assert storage.mtime("home.md").timestamp() == storage.metadata("home.md")["datetime"].timestamp()
    with pytest.raises(FileNotFoundError):
        storage.mtime("missing.md")


def test_objects_are_counted_and_packed(storage: WikiStorage) -> None:
    assert "count: 0" not in storage.count_objects()
    storage.gc()
    assert "count: 0" in storage.count_objects()
