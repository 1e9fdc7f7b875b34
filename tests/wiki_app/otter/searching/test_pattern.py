"""What is looked for: exact words, regular expressions, and their bounds."""

import pytest

from wiki_app.errors import InvalidInput
from wiki_app.otter.searching import pattern as limits
from wiki_app.otter.searching.asked import Asked, Mode
from wiki_app.otter.searching.pattern import Pattern


def found(query: str, text: str, mode: Mode = "exact", *, match_case: bool = False) -> list[str]:
    pattern = Pattern(Asked(query, mode, match_case))
    return [line[start:end] for _, line, marks in pattern.lines(text) for start, end in marks]


def test_exact_words_are_no_expression() -> None:
    assert found("a.b", "axb\nA.B a.b") == ["A.B", "a.b"]


def test_capitals_count_when_asked_for() -> None:
    assert found("NeEdle", "needle\nNeEdle", match_case=True) == ["NeEdle"]


def test_an_expression_matches_in_single_lines() -> None:
    assert found("^b.*$", "a\nbc\nb", "regexp") == ["bc", "b"]
    assert found("a\\s+b", "a\nb", "regexp") == []


def test_groups_are_counted_as_written() -> None:
    assert found(r"(a)\1", "ab aa", "regexp") == ["aa"]


@pytest.mark.parametrize(
    "query", ["(", "a)(b", "*", "[a", "(?R)", "x(?1)?", "(?P<n>a(?&n)?)", "(" * 400 + ")" * 400, "a" * 301]
)
def test_what_is_no_expression_or_may_take_all_memory_is_refused(query: str) -> None:
    with pytest.raises(InvalidInput):
        Pattern(Asked(query, "regexp", match_case=False))


def test_exact_words_have_a_length_that_is_still_quick() -> None:
    assert found("ab" * 150, "x" + "ab" * 150) == ["ab" * 150]
    with pytest.raises(InvalidInput, match="300 characters at most"):
        Pattern(Asked("ab" * 5_000, "exact", match_case=False))


def test_an_expression_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS_A_LINE", 0.05)
    pattern = Pattern(Asked("(x+x+)+y", "regexp", match_case=False))

    assert list(pattern.lines("x" * 5_000 + "\nxxy")) == [(1, "xxy", ((0, 3),))]
    assert pattern.incomplete


def test_the_time_of_the_whole_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    pattern = Pattern(Asked("a", "regexp", match_case=False))

    assert pattern.is_late and pattern.incomplete
    assert list(pattern.lines("a")) == []
