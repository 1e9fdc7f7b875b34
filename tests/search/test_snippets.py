"""Snippets: the part of a text that shows why it was found."""

import pytest

from search.snippets import LENGTH, Highlighter


def marked(query: str, text: str) -> list[str]:
    found = Highlighter(query).snippet(text)
    return [found.text[start:end] for start, end in found.marks]


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("connect", "Connecting the CONNECTED", ["Connecting", "CONNECTED"]),
        ("the server", "the server of the servers", ["server", "servers"]),
        ("İ", "İstanbul", ["İstanbul"]),
        ("x86", "x86 but not xs", ["x86"]),
        ("nothing", "else", []),
        ("", "text", []),
    ],
)
def test_words_of_the_query_are_marked_with_other_endings_too(
    query: str, text: str, marks: list[str]
) -> None:
    assert marked(query, text) == marks


def test_the_place_with_most_words_is_shown() -> None:
    text = "otter " + "filler " * 200 + "an otter eats fish in rivers " + "filler " * 200

    found = Highlighter("otter fish rivers").snippet(text)

    assert "otter eats fish in rivers" in found.text
    assert found.text.startswith("… ") and found.text.endswith(" …")
    assert len(found.text) <= LENGTH + 10


def test_a_short_text_is_shown_whole_on_one_line() -> None:
    assert Highlighter("b").snippet("a\n\nb  c").text == "a b c"


def test_markdown_is_shown_as_it_is_read_and_words_are_marked_in_it() -> None:
    text = "## Otters\n\n- **Sea** [otters](https://otter.example) eat `sea_urchin` | fish\n"

    found = Highlighter("sea otter").snippet(text)

    assert found.text == "Otters Sea otters eat sea_urchin | fish"
    assert [found.text[start:end] for start, end in found.marks] == ["Otters", "Sea", "otters", "sea"]
