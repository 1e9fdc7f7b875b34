"""Writing through the storage that Otter Wiki sees."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from otterwiki.gitstorage import StorageError, StorageNotFound, StorageUnsafePath
from otterwiki.plugins import hookimpl, plugin_manager

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.otter.conftest import ANN
from wiki_app.objects import Author
from wiki_app.otter.storage import WikiStorage
from wiki_app.repository import Write
from wiki_app.store import Store


class Recorder:
    """A plugin that notes what it is told."""

    def __init__(self) -> None:
        self.changed: list[list[str]] = []

    @hookimpl  # type: ignore[untyped-decorator] # otterwiki has no types
    def repository_changed(self, changed_files: list[str]) -> None:
        self.changed.append(changed_files)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    plugin_manager.register(recorder)
    yield recorder
    plugin_manager.unregister(recorder)


def status(store: Store) -> str:
    return git(store.repository.path, "status", "--porcelain")


def test_storing_makes_one_commit_and_shows_in_the_working_files(storage: WikiStorage, store: Store) -> None:
    assert storage.store("new/page.md", "text\n", None, ("", ""))
    assert (store.repository.path / "new/page.md").read_text() == "text\n"
    assert git(store.repository.path, "log", "-1", "--format=%an|%ae|%s") == "||\n"
    assert status(store) == ""


def test_storing_what_is_there_changes_nothing(storage: WikiStorage) -> None:
    before = storage.log()
    assert not storage.store("home.md", "# Home\n\nwelcome\n", "again", ANN)
    assert storage.log() == before


def test_a_page_cannot_be_put_below_a_file(storage: WikiStorage) -> None:
    with pytest.raises(IsADirectoryError):
        storage.store("home.md/below.md", "text", "x", ANN)
    with pytest.raises(StorageUnsafePath):
        storage.store("../outside.md", "text", "x", ANN)


def test_storing_through_a_link_changes_what_it_leads_to(storage: WikiStorage, store: Store) -> None:
    (store.repository.path / "alias.md").symlink_to("home.md")
    git(store.repository.path, "add", "alias.md")
    git(store.repository.path, "commit", "-q", "-m", "link")
    assert storage.store("alias.md", "through\n", "x", ANN)
    assert storage.load("home.md") == "through\n"
    assert storage.islink("alias.md")


def test_an_upload_commits_the_working_files_it_names(storage: WikiStorage, store: Store) -> None:
    folder = store.repository.path / "home"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    (folder / "b.txt").write_text("b")
    storage.commit(["home/a.txt"], "upload", ANN)
    assert storage.list("home") == (["a.txt"], [])
    assert status(store) == "?? home/b.txt\n"
    with pytest.raises(StorageError, match="missing"):
        storage.commit(["home/missing.txt"], "upload", ANN)


def test_an_upload_in_an_aborted_state_leaves_nothing_staged(storage: WikiStorage) -> None:
    with pytest.raises(StorageError):
        storage.commit(["home/missing.txt"], "upload", ANN)
    storage.end_request()
    storage.store("home.md", "next\n", "next", ANN)
    assert storage.log()[0]["files"] == ["home.md"]


def test_deleting_takes_files_and_folders(storage: WikiStorage, store: Store) -> None:
    storage.delete(["docs/guide.md", "docs/guide", "missing"], "gone", ANN)
    assert storage.list() == (["docs/deep/er.md", "home.md"], ["docs", "docs/deep"])
    assert not (store.repository.path / "docs/guide").exists()
    with pytest.raises(StorageNotFound):
        storage.delete(["docs/guide.md", ""], "again", ANN)


def test_a_rename_keeps_the_history(storage: WikiStorage) -> None:
    storage.rename("docs/guide.md", "manual/start.md", "moved", ANN)
    assert [entry["message"] for entry in storage.log("manual/start.md")] == ["moved", "second"]
    revision = storage.log("manual/start.md")[1]["revision"]
    assert storage.get_filename_at_revision("manual/start.md", revision) == "docs/guide.md"


@pytest.mark.parametrize(
    ("old", "new"), [("home.md", "docs/guide.md"), ("missing.md", "new.md"), ("docs", "docs/inside")]
)
def test_a_rename_that_cannot_be_is_refused(storage: WikiStorage, old: str, new: str) -> None:
    with pytest.raises(StorageError):
        storage.rename(old, new, "x", ANN)
    storage.end_request()
    assert len(storage.log()) == 4


def test_a_relative_link_that_moves_still_leads_there(storage: WikiStorage, store: Store) -> None:
    (store.repository.path / "docs/alias.md").symlink_to("guide.md")
    git(store.repository.path, "add", "docs/alias.md")
    git(store.repository.path, "commit", "-q", "-m", "link")
    storage.rename("docs/alias.md", "far/away.md", "x", ANN, preserve_symlink_target=True)
    assert storage.canonical_filename("far/away.md") == "docs/guide.md"


def test_what_is_staged_is_seen_by_its_thread_only(storage: WikiStorage) -> None:
    storage.rename("home.md", "start.md", author=ANN, no_commit=True)
    storage.update("docs/guide.md", "see [[Start]]\n")
    with ThreadPoolExecutor(1) as other:
        found = other.submit(storage.exists, "start.md").result()
        text = other.submit(storage.load, "docs/guide.md").result()
    assert storage.exists("start.md") and not storage.exists("home.md")
    assert storage.list()[0] == ["docs/deep/er.md", "docs/guide.md", "docs/guide/picture.png", "start.md"]
    assert not found and text == "# Guide\n\nsee [[Home]]\n"


def test_a_rename_in_two_steps_is_one_commit(storage: WikiStorage, store: Store, recorder: Recorder) -> None:
    storage.rename("docs", "manual", author=ANN, no_commit=True)
    storage.update("home.md", "see [[Manual]]\n")
    storage.commit(["manual", "home.md"], "moved", ANN, no_add=True)
    assert sorted(storage.log()[0]["files"]) == [
        "home.md",
        "manual/deep/er.md",
        "manual/guide.md",
        "manual/guide/picture.png",
    ]
    assert recorder.changed == [["manual", "home.md"]]
    assert status(store) == ""


def test_a_rename_taken_back_leaves_nothing(storage: WikiStorage, store: Store) -> None:
    before = git(store.repository.path, "rev-parse", "HEAD")
    storage.rename("docs", "manual", author=ANN, no_commit=True)
    storage.update("home.md", "changed\n")
    storage.restore(["docs", "manual", "home.md"])
    assert storage.exists("docs/guide.md") and not storage.exists("manual")
    assert git(store.repository.path, "rev-parse", "HEAD") == before


def test_restoring_an_old_revision_stages_it(storage: WikiStorage) -> None:
    revision = storage.log()[0]["revision"]
    storage.store("home.md", "changed\n", "changed", ANN)
    storage.restore(["home.md"], revision)
    storage.commit(["home.md"], "back", ANN, no_add=True)
    assert storage.load("home.md") == "# Home\n\nwelcome\n"


def test_staging_does_not_overwrite_what_came_meanwhile(storage: WikiStorage, store: Store) -> None:
    storage.rename("home.md", "start.md", author=ANN, no_commit=True)
    commit_file(store.repository.path, "home.md", "by hand\n")
    with pytest.raises(StorageError, match="somebody else"):
        storage.commit(["start.md"], "moved", ANN, no_add=True)
    storage.restore(["home.md", "start.md"])
    assert storage.load("home.md") == "by hand\n"


def test_staging_goes_through_when_others_changed_other_files(storage: WikiStorage, store: Store) -> None:
    storage.rename("home.md", "start.md", author=ANN, no_commit=True)
    commit_file(store.repository.path, "other.md", "by hand\n")
    storage.commit(["start.md"], "moved", ANN, no_add=True)
    assert storage.exists("start.md") and storage.exists("other.md")


def test_reverting_takes_one_commit_back(storage: WikiStorage, store: Store, recorder: Recorder) -> None:
    storage.store("home.md", "# Home\n\nchanged\n", "changed", ANN)
    storage.store("other.md", "other\n", "other", ANN)
    storage.revert(storage.log("home.md")[0]["revision"], "back", ANN)
    assert storage.load("home.md") == "# Home\n\nwelcome\n"
    assert storage.exists("other.md")
    assert recorder.changed[-1] == ["home.md"]
    assert status(store) == ""


def test_reverting_follows_a_rename(storage: WikiStorage) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    storage.store("long.md", text, "long", ANN)
    storage.store("long.md", text.replace("line 3\n", "line three\n"), "three", ANN)
    revision = storage.log()[0]["revision"]
    storage.rename("long.md", "longer.md", "moved", ANN)
    storage.revert(revision, "back", ANN)
    assert storage.load("longer.md") == text


def test_reverting_is_refused_where_later_changes_stand_in_the_way(storage: WikiStorage) -> None:
    storage.store("home.md", "# Home\n\nchanged\n", "changed", ANN)
    revision = storage.log()[0]["revision"]
    storage.store("home.md", "# Home\n\nchanged again\n", "again", ANN)
    with pytest.raises(StorageError):
        storage.revert(revision, "back", ANN)
    with pytest.raises(StorageError):
        storage.revert("ffffffff", "back", ANN)
    assert len(storage.log()) == 6


def test_plugins_hear_of_what_others_commit(storage: WikiStorage, store: Store, recorder: Recorder) -> None:
    store.commit(lambda _: {"by-rest.md": Write(b"rest\n")}, "rest", Author("Rest", "rest@example.org"))
    commit_file(store.repository.path, "by-git.md", "git\n")
    storage.notify_repository_changed_from_external()
    assert recorder.changed == [["by-rest.md"], ["by-git.md"]]


def test_a_plugin_that_fails_does_not_fail_other_doors(storage: WikiStorage, store: Store) -> None:
    class Broken:
        @hookimpl  # type: ignore[untyped-decorator]
        def repository_changed(self, changed_files: list[str]) -> None:
            raise ValueError(changed_files)

    broken = Broken()
    plugin_manager.register(broken)
    try:
        assert store.commit(lambda _: {"a.md": Write(b"a\n")}, "rest", Author("Rest", "rest@example.org"))
    finally:
        plugin_manager.unregister(broken)


def test_gitpython_finds_files_and_index_at_head(storage: WikiStorage) -> None:
    storage.store("home.md", "changed\n", "changed", ANN)
    assert storage.repo.git.status("--porcelain") == ""
    assert storage.repo.active_branch.name == "main"
