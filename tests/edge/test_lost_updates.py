"""Nothing that was acknowledged is lost: several processes, browser and REST at once."""

import threading
from pathlib import Path

import pytest

from tests.edge.history import PageHistory, blob_id, is_sound, page_history
from tests.edge.server import Server, serving
from tests.edge.writers import Acknowledged, Book, write_for_a_while
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

THREADS = 8
PROCESSES = 4
WRITES = 2_000
PAGES = [f"page {number:02}" for number in range(50)]


def write_everything(server: Server) -> Book:
    book, errors = Book(), list[str]()
    threads = [
        threading.Thread(
            target=write_for_a_while,
            args=(server.url, number, WRITES // THREADS, PAGES, book, 0.3, errors),
        )
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=600)
    assert errors == []
    return book


def assert_in_history(entry: Acknowledged, history: PageHistory) -> None:
    blob = blob_id(entry.text)
    assert blob in history.blobs[entry.page], f"lost: {entry}"
    if entry.revision:
        assert history.at[entry.page, entry.revision] == blob
        if entry.base:
            assert history.before[entry.page, entry.revision] == history.at[entry.page, entry.base]


def test_two_thousand_writes_of_eight_clients_to_four_processes_lose_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", str(PROCESSES)) as server:
        edited = server.repository / "home.md"
        edited.write_text("the owner is writing here\n")
        before = int(git(server.repository, "rev-list", "--count", "HEAD"))
        book = write_everything(server)
        assert len(book.acknowledged) == WRITES
    history = page_history(server.repository)
    for entry in book.acknowledged:
        assert_in_history(entry, history)
    doors = {entry.door for entry in book.acknowledged}
    assert doors == {"rest", "browser"}
    assert book.conflicts > 0, "without one conflict the test has shown nothing"
    assert int(git(server.repository, "rev-list", "--count", "HEAD")) - before == WRITES
    for page in PAGES:
        assert blob_id((server.repository / f"{page}.md").read_text()) == history.blobs[page][0]
    assert is_sound(server.repository)
    assert git(server.repository, "status", "--porcelain") == " M home.md\n"
    assert edited.read_text() == "the owner is writing here\n"
