"""The keyword score of REST.md."""

import pytest

from search.literal import LiteralQuery


@pytest.mark.parametrize(
    ("query", "title", "body", "score"),
    [
        ("otter", "Otter", "", 1.0),  # 3 · (1 + 1) / 4, at most 1
        ("otter", "Home", "one otter", 0.5),  # (1 + 1 for the phrase) / 4
        ("otter", "Home", "otter otter otter", 0.5),  # the body counts at most twice the terms
        ("sea otter", "Home", "the otter", 0.12),  # 1 / 8
        ("sea otter", "Home", "otter of the sea", 0.25),
        ("sea otter", "Home", "a sea otter", 0.5),  # 2 + 2 for the phrase
        ("sea otter", "Otter", "nothing", 0.38),  # 3 · 1 / 8
        ("sea otter", "Sea Otter", "nothing", 1.0),
        ("OTTER", "home", "an Otterwiki", 0.5),  # inside words, in any case
    ],
)
def test_the_score_follows_the_formula(query: str, title: str, body: str, score: float) -> None:
    assert LiteralQuery(query).score(title, body) == score


def test_a_text_without_any_term_is_no_match() -> None:
    assert LiteralQuery("otter").score("Home", "nothing here") is None


@pytest.mark.parametrize(
    ("query", "body", "snippet"),
    [
        ("otter", "an otter", "an otter"),
        ("otter", "nothing", ""),
        ("otter", "x" * 60 + "otter" + "y" * 160, "..." + "x" * 50 + "otter" + "y" * 150 + "..."),
        ("sea otter", "otter, then the sea", "otter, then the sea"),
        ("sea otter", "sea. " + "z" * 60 + " a sea otter", "..." + "z" * 47 + " a sea otter"),
        ("gone otter", "an otter", "an otter"),
        (".*", "a .* b", "a .* b"),
    ],
)
def test_the_snippet_surrounds_the_phrase_or_the_first_term(query: str, body: str, snippet: str) -> None:
    assert LiteralQuery(query).snippet(body) == snippet
