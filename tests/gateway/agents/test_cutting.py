"""Texts cut to a number of tokens."""

import pytest

from gateway.agents.cutting import cut_lines, outline_lines, outline_of, part_of
from gateway.agents.tokens import estimate, fits, fitting

PAGE = "".join(f"# Part {n}\n\n" + "some words here\n" * 40 + "\n" for n in range(12))
LINES = PAGE.split("\n")


def test_what_fits_is_left_whole() -> None:
    part = part_of(LINES, 0, len(LINES), 100_000, outline_of(PAGE))
    assert (part.text, part.end, part.whole) == (PAGE, len(LINES), True)


@pytest.mark.parametrize("tokens", [300, 500, 900])
def test_a_cut_lies_before_a_heading(tokens: int) -> None:
    part = part_of(LINES, 0, len(LINES), tokens, outline_of(PAGE))
    assert LINES[part.end].startswith("# Part")
    assert estimate(part.text) <= tokens


def test_without_headings_a_cut_lies_at_a_blank_line() -> None:
    lines = (("word " * 9 + "\n") * 5 + "\n").split("\n") * 20
    part = part_of(lines, 0, len(lines), 300, [])
    assert not lines[part.end - 1].strip()


def test_parts_join_to_the_whole() -> None:
    at, parts = 0, []
    while at < len(LINES):
        part = part_of(LINES, at, len(LINES), 400, outline_of(PAGE))
        parts.append(part.text)
        at = part.end
    assert "\n".join(parts) == PAGE


def test_a_line_that_is_too_long_is_shortened() -> None:
    part = part_of(["x" * 100_000], 0, 1, 200, [])
    assert not part.whole and 0 < estimate(part.text) <= 200


def test_cut_lines_says_how_many_are_left() -> None:
    assert cut_lines("a\nb", 10) == "a\nb"
    assert cut_lines("line\n" * 100, 20).endswith("more lines)")


def test_an_outline_that_is_too_long_loses_its_deepest_levels_first() -> None:
    text = "".join(f"# Big {n}\n\n" + "### small\n\n" * 30 for n in range(10))
    shown = outline_lines(outline_of(text), 200)
    assert [line.split(": ")[1] for line in shown] == [f"# Big {n}" for n in range(10)]


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("word", 1), ("two words", 2), ("日本", 3), ("\n\n", 2)]
)
def test_the_estimate(text: str, tokens: int) -> None:
    assert estimate(text) == tokens


def test_fitting_counts_from_the_first() -> None:
    assert fitting(["word"] * 10, 8) == 4
    assert fits("word " * 100, 120) and not fits("word " * 100, 50)
