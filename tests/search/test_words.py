"""How texts are cut into words and identifiers."""

import pytest

from search.words import code, extra_words, identifiers, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How to restart the Server", ["restart", "server"]),
        ("to be or not to be", ["to", "be", "or", "not"]),
        ("server Server SERVER", ["server"]),
        ("Straße café 東京", ["straße", "café", "東京"]),
        ("?!", []),
    ],
)
def test_a_query_is_its_words_without_stop_words_unless_nothing_is_left(
    text: str, expected: list[str]
) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see ERR_X-42.", ["err_x-42"]),
        ("snake_case and 2.26.1", ["snake_case", "2.26.1"]),
        ("in /etc/app-d/main.conf", ["etc/app-d/main.conf", "app-d", "main.conf"]),
        ("C++ and C# or F#", ["c++", "c#", "f#"]),
        ("mail me@example.com, twice me@example.com", ["me@example.com"]),
        ("plain words only.", []),
    ],
)
def test_identifiers_are_found_whole_and_paths_in_segments_too(text: str, expected: list[str]) -> None:
    assert identifiers(text) == expected


def test_an_identifier_becomes_one_word_of_digits() -> None:
    assert code("err_x-42").isdigit()
    assert code("err_x-42") != code("err_x-43")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parseHTTPResponse", ["parse", "http", "response"]),
        ("GitHub", ["git", "hub"]),
        ("sha256", ["sha", "256"]),
        ("Plain lower 42", []),
        ("東京都", ["東京", "京都"]),
    ],
)
def test_parts_of_words_are_words_too(text: str, expected: list[str]) -> None:
    assert extra_words(text) == expected
