"""Forms and addresses of the search page."""

import pytest

from wiki_app.otter.searching.asked import Asked


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ({}, "hybrid"),
        ({"is_exact": "y"}, "exact"),
        ({"is_casesensitive": "y"}, "exact"),
        ({"is_regexp": "y"}, "regexp"),
        ({"is_regexp": "y", "is_casesensitive": "y"}, "regexp"),
        ({"is_exact": "no"}, "hybrid"),
    ],
)
def test_the_switches_choose_how_to_search(values: dict[str, str], mode: str) -> None:
    assert Asked.of({"query": "otter", **values}, None, meaning=True).mode == mode


def test_without_a_search_by_meaning_words_are_exact() -> None:
    assert Asked.of({"query": "otter"}, None, meaning=False).mode == "exact"


def test_the_query_of_the_path_goes_before() -> None:
    assert Asked.of({"query": "form"}, "path", meaning=True).query == "path"


def test_control_characters_are_dropped_but_for_the_tabulator() -> None:
    assert Asked.of({"query": "a\0b\tc\x1b[1m\r\n"}, None, meaning=True).query == "ab\tc[1m"


@pytest.mark.parametrize(("text", "page"), [("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), ("²", 1)])
def test_no_page_number_is_an_error(text: str, page: int) -> None:
    assert Asked.of({"query": "a", "page": text}, None, meaning=True).page == page


def test_the_address_of_a_question_asks_it_again() -> None:
    asked = Asked("a b", "regexp", match_case=True, page=2)

    assert Asked.of(asked.parameters, None, meaning=True) == asked
