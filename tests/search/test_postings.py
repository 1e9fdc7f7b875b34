"""The ranks that are made from FTS5's lists are those of its own bm25."""

import sqlite3
from pathlib import Path
from random import Random

import numpy as np
import pytest

from search.database import snapshot
from search.documents import Document
from search.keywords import KeywordIndex
from search.lists import CODES, PATHS, WORDS, Table, lists_of, united
from search.postings import Phrase, Postings
from search.words import extra_words

VOCABULARY = [
    "otter",
    "otters",
    "river",
    "connecting",
    "connected",
    "Ünïcode",
    "go",
    "x86",
    "ERR_X-42",
    "日本",
    "file",
]
TERMS = ["otter", "river", "connect", "unicode", "go", "x86", "日本", "files", "nothing"]


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    index = KeywordIndex(tmp_path / "keywords.db")
    assert index.update(documents(range(300)), (), expected=None, mark="1")
    return index


def documents(numbers: range) -> list[Document]:
    made = []
    for number in numbers:
        chance = Random(number)
        title, body = (" ".join(chance.choices(VOCABULARY, k=chance.randint(1, most))) for most in (3, 60))
        made.append(Document(f"{chance.choice(VOCABULARY)}/page {number}", title, body))
    return made


def theirs(connection: sqlite3.Connection, table: Table, match: str) -> dict[int, float]:
    """By FTS5's own function."""
    rows = connection.execute(
        f"SELECT rowid, -bm25({table.name}, ?) FROM {table.name} WHERE {table.name} MATCH ?",
        (table.title, match),
    )
    return dict(rows.fetchall())


def ours(connection: sqlite3.Connection, table: Table, *phrases: Phrase) -> dict[int, float]:
    postings = Postings(connection, table)
    numbers, scores = postings.scores([postings.found(phrase) for phrase in phrases])
    return dict(zip(numbers.tolist(), scores.tolist(), strict=True))


def test_words_rank_as_by_fts5(index: KeywordIndex) -> None:
    with index.database.connection() as connection, snapshot(connection):
        for term in TERMS:
            both = Phrase((term,)), Phrase(("river",))
            assert ours(connection, WORDS, *both) == pytest.approx(
                theirs(connection, WORDS, f'"{term}" OR "river"'), abs=1e-9
            )


def test_words_that_stand_together_rank_as_by_fts5(index: KeywordIndex) -> None:
    with index.database.connection() as connection, snapshot(connection):
        for first in TERMS:
            for second in TERMS:
                expected = theirs(connection, WORDS, f'"{first} {second}"')
                assert ours(connection, WORDS, Phrase((first, second))) == pytest.approx(expected, abs=1e-9)


def test_beginnings_rank_as_by_fts5(index: KeywordIndex) -> None:
    with index.database.connection() as connection, snapshot(connection):
        for beginning in ("o", "ri", "x", "日"):
            expected = theirs(connection, WORDS, f'"{beginning}" *')
            assert expected
            assert ours(connection, WORDS, Phrase((beginning,), begins=True)) == pytest.approx(
                expected, abs=1e-9
            )


def test_paths_and_identifiers_rank_as_by_fts5(index: KeywordIndex) -> None:
    with index.database.connection() as connection, snapshot(connection):
        (identifier,) = extra_words("ERR_X-42")[:1]
        for table, word in ((PATHS, "otter"), (PATHS, "page"), (CODES, identifier)):
            expected = theirs(connection, table, f'"{word}"')
            assert expected
            assert ours(connection, table, Phrase((word,))) == pytest.approx(expected, abs=1e-9)


def test_what_is_kept_follows_changes_by_others_and_by_the_connection_itself(
    index: KeywordIndex, tmp_path: Path
) -> None:
    other = KeywordIndex(tmp_path / "keywords.db")
    with index.database.connection() as connection:
        for step, writer in enumerate((other, index), 1):
            with snapshot(connection):
                before = ours(connection, WORDS, Phrase(("river",)))
            assert writer.update(
                documents(range(step * 300, step * 300 + 50)),
                ["page 3"],
                expected=str(step),
                mark=str(step + 1),
            )
            with snapshot(connection):
                after = ours(connection, WORDS, Phrase(("river",)))
                assert after == pytest.approx(theirs(connection, WORDS, '"river"'), abs=1e-9)
            assert after != before
    other.close()


@pytest.mark.parametrize("query", ["otter river", "ERR_X-42 go", "rarest otter", "zzz"])
def test_a_limit_cuts_what_stands_in_the_same_order_without_it(index: KeywordIndex, query: str) -> None:
    rare = [Document(f"rare {number}", "Rare", "x86 " * 50 + "rarest") for number in range(2)]
    assert index.update(rare, (), expected="1", mark="2")
    every = list(index.ranks(query, 1000).ranks.items())
    assert every == sorted(
        every, key=lambda item: (item[0] <= 300 or "rarest" not in query, -item[1], item[0])
    )
    for limit in (1, 2, 3, 20, 301):
        assert list(index.ranks(query, limit).ranks.items()) == every[:limit]


@pytest.mark.parametrize("lists", [[], [[]], [[3, 5]], [[1, 3, 5], [], [0, 3, 9], [3]]])
def test_lists_are_united_in_order(lists: list[list[int]]) -> None:
    found = united([np.array(numbers, np.int64) for numbers in lists])
    assert found.tolist() == sorted({number for numbers in lists for number in numbers})


def test_no_more_is_kept_than_allowed(index: KeywordIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.lists.KEPT", 10)
    with index.database.connection() as connection, snapshot(connection):
        for term in TERMS:
            expected = theirs(connection, WORDS, f'"{term}"')
            assert ours(connection, WORDS, Phrase((term,))) == pytest.approx(expected, abs=1e-9)
        assert len(lists_of(connection, WORDS).places(connection, "nothing")) == 0
