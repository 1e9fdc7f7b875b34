"""The store: writes, files, index, listeners and outsiders in step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from wiki_app.errors import InvalidInput
from wiki_app.repository import Author, Committed, Write
from wiki_app.rules import WikiRules
from wiki_app.store import Store

ANNA = Author("Anna", "anna@example.org")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def open_store(data: Path, index_delay: float = 0.02) -> Store:
    return Store.open(data, data / "cache", WikiRules, clock=lambda: NOON, index_delay=index_delay)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    yield store
    store.close()


def save(store: Store, path: str, text: str) -> Committed | None:
    return store.commit(lambda _: {path: Write(text.encode())}, f"save {path}", ANNA)


def test_a_view_shows_one_commit_with_its_catalog_and_text(store: Store) -> None:
    save(store, "home.md", "# One\n")
    with store.view() as view:
        save(store, "home.md", "# Two\n")
        page = view.page("home")
        assert page is not None and page.heading == "One"
        assert view.snapshot.read("home.md") == b"# One\n"
    with store.view() as view:
        page = view.page("home")
        assert page is not None and page.heading == "Two"
        assert page.revision == view.commit


def test_the_working_file_is_there_when_the_write_returns_and_the_time_is_the_clocks(store: Store) -> None:
    committed = save(store, "a/b.md", "text")
    assert (store.repository.path / "a/b.md").read_text() == "text"
    assert committed and store.repository.info(committed.revision).authored == NOON


def test_after_the_stop_git_status_is_clean_and_the_next_start_agrees(tmp_path: Path) -> None:
    store = open_store(tmp_path, index_delay=30)
    for number in range(5):
        save(store, "home.md", f"{number}\n")
    store.close()
    assert git(tmp_path / "repository", "status", "--porcelain") == ""
    again = open_store(tmp_path)
    assert again.uncommitted() == []
    again.close()


def test_without_delay_files_and_index_follow_inside_the_write(tmp_path: Path) -> None:
    store = open_store(tmp_path, index_delay=0)
    save(store, "home.md", "x")
    assert git(tmp_path / "repository", "status", "--porcelain") == ""
    store.close()


def test_an_owners_commit_is_in_the_next_view_and_listeners_hear_of_it(store: Store) -> None:
    heard: list[str] = []
    store.on_commit(lambda committed: heard.append(committed.revision))
    save(store, "home.md", "x")
    store.refresh_index()
    revision = commit_file(store.repository.path, "owner.md", "# By hand\n")
    with store.view() as view:
        assert view.commit == revision
        assert view.page("owner") is not None
    store.changed_outside()
    assert revision in heard


def test_a_listener_that_fails_does_not_fail_the_write(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(committed: Committed) -> None:
        raise RuntimeError("broken")

    store.on_commit(broken)
    assert save(store, "home.md", "x") is not None
    assert "a listener failed" in caplog.text


def test_a_plain_push_into_the_repository_brings_the_files_along(store: Store, tmp_path: Path) -> None:
    save(store, "home.md", "x")
    git(tmp_path, "clone", "-q", str(store.repository.path), "clone")
    commit_file(tmp_path / "clone", "pushed.md", "# Pushed\n")
    settings = ("-c", "receive.denyCurrentBranch=ignore")
    pack = f"git {' '.join(settings)} receive-pack"
    git(tmp_path / "clone", "push", "-q", f"--receive-pack={pack}", "origin", "HEAD:main")
    store.changed_outside()
    assert (store.repository.path / "pushed.md").read_text() == "# Pushed\n"
    assert git(store.repository.path, "status", "--porcelain") == ""


def test_what_happens_under_exclusive_is_followed_afterwards(store: Store) -> None:
    first = save(store, "home.md", "one")
    save(store, "home.md", "two")
    assert first is not None
    with store.exclusive():
        git(store.repository.path, "reset", "-q", "--hard", first.revision)
    with store.view() as view:
        assert view.snapshot.read("home.md") == b"one"
    assert store.uncommitted() == []


def test_the_owners_edits_are_reported(store: Store) -> None:
    save(store, "home.md", "x")
    (store.repository.path / "home.md").write_text("editing")
    assert store.uncommitted() == ["home.md"]


def test_a_data_folder_that_cannot_be_made_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InvalidInput, match="cannot be used"):
        open_store(tmp_path / "file")


def test_a_page_that_goes_back_to_what_it_was_before_the_owners_commit_leaves_no_difference(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path, index_delay=0)
    save(store, "home.md", "one")
    commit_file(store.repository.path, "home.md", "two")
    save(store, "home.md", "one")
    assert store.uncommitted() == []
    store.close()
