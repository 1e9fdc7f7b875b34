"""Otter Wiki's tables are shared by all processes: who finds them busy waits."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.edge.server import serving
from tests.edge.writers import Book, save_by_browser

pytestmark = pytest.mark.edge

HELD = 7.0
"""Seconds; SQLite's own limit under SQLAlchemy is 5."""


def test_a_save_waits_for_another_process_that_writes_to_the_drafts(tmp_path: Path) -> None:
    with serving(tmp_path / "data", env={"WIKIBOT_EMBEDDINGS": "none"}) as server:
        book = Book()
        with (
            closing(sqlite3.connect(server.data / "wiki.db", isolation_level=None)) as other,
            httpx.Client(base_url=server.url, timeout=60) as person,
        ):
            save_by_browser(person, "home", "before", book)
            other.execute("BEGIN IMMEDIATE")
            begin = time.monotonic()
            saving = threading.Thread(target=save_by_browser, args=(person, "home", "meanwhile", book))
            saving.start()
            saving.join(HELD)
            other.execute("ROLLBACK")
            saving.join(60)
        assert [entry.text.rpartition(": ")[2].strip() for entry in book.acknowledged] == [
            "before",
            "meanwhile",
        ]
        assert time.monotonic() - begin >= HELD, "the save did not need the table: nothing was shown"
