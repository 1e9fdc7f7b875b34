"""Preferences: table over environment over defaults, and changes seen at the next question."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from wiki_app.preferences import Access, Preferences, save_preference


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "wiki.db"


@pytest.fixture
def preferences(database: Path) -> Iterator[Preferences]:
    with closing(
        Preferences(database, {"WRITE_ACCESS": "APPROVED", "RETAIN_PAGE_NAME_CASE": "on"})
    ) as opened:
        yield opened


def test_without_a_database_the_environment_counts_and_then_otter_wikis_defaults(
    preferences: Preferences,
) -> None:
    assert preferences.access() == Access("ANONYMOUS", "APPROVED", "ANONYMOUS")
    assert preferences.rules().retain_case


def test_the_table_wins_over_the_environment(preferences: Preferences, database: Path) -> None:
    save_preference(database, "WRITE_ACCESS", "REGISTERED")

    assert preferences.access().write == "REGISTERED"


def test_flags_are_read_from_the_table_by_its_own_words(preferences: Preferences, database: Path) -> None:
    save_preference(database, "RETAIN_PAGE_NAME_CASE", "on")

    assert not preferences.rules().retain_case


def test_a_change_by_another_connection_is_seen_at_the_next_question(
    preferences: Preferences, database: Path
) -> None:
    save_preference(database, "WIKILINK_STYLE", "LINKTITLE")
    before = preferences.rules().wikilink_style
    version = preferences.version()

    save_preference(database, "WIKILINK_STYLE", "")

    assert (before, preferences.rules().wikilink_style) == ("LINKTITLE", "")
    assert preferences.version() != version


def test_nothing_is_read_again_while_nothing_changes(preferences: Preferences, database: Path) -> None:
    save_preference(database, "HOME_PAGE", "/start")

    assert preferences.table() is preferences.table()


def test_another_file_in_the_same_place_is_noticed(
    preferences: Preferences, database: Path, tmp_path: Path
) -> None:
    save_preference(database, "HOME_PAGE", "/old")
    assert preferences.rules().home_page == "/old"

    save_preference(tmp_path / "new.db", "HOME_PAGE", "/new")
    (tmp_path / "new.db").rename(database)

    assert preferences.rules().home_page == "/new"


def test_a_database_without_the_table_holds_no_preferences(preferences: Preferences, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE other (x)")

    assert preferences.access().read == "ANONYMOUS"


def test_a_value_that_is_null_is_an_empty_one(preferences: Preferences, database: Path) -> None:
    save_preference(database, "HOME_PAGE", "/start")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE preferences SET value = NULL")

    assert preferences.rules().home_page == ""
