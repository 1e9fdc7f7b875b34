"""Texts that are kept in memory are those that stand in the file."""

from pathlib import Path

import pytest

from search.documents import Document
from search.keywords import KeywordIndex
from search.texts import Texts


def filled(file: Path, count: int) -> KeywordIndex:
    index = KeywordIndex(file)
    documents = [
        Document(f"page{number}", "Title", f"BODY of {file.name} {number}") for number in range(count)
    ]
    assert index.update(documents, (), expected=None, mark="1")
    return index


def bodies(texts: Texts, index: KeywordIndex, numbers: list[int]) -> list[str]:
    with index.database.connection() as connection:
        return [text.body for text in texts.of(connection, numbers)]


def test_they_come_in_the_order_asked_for_and_once_read_too(tmp_path: Path) -> None:
    index, texts = filled(tmp_path / "a", 4), Texts()

    for _ in range(2):
        assert bodies(texts, index, [3, 99, 1]) == ["body of a 2", "body of a 0"]


def test_another_file_has_other_texts(tmp_path: Path) -> None:
    one, other, texts = filled(tmp_path / "a", 4), filled(tmp_path / "b", 4), Texts()

    assert bodies(texts, one, [1]) == ["body of a 0"]
    assert bodies(texts, other, [1]) == ["body of b 0"]


def test_more_than_is_kept_is_found_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.texts.KEPT", 30)
    index, texts = filled(tmp_path / "a", 9), Texts()

    for numbers in ([1], [2, 3], [1, 2, 3, 4, 5], [9], [1]):
        assert bodies(texts, index, numbers) == [f"body of a {number - 1}" for number in numbers]
