"""Marked texts as HTML."""

import pytest

from wiki_app.finding import Marks
from wiki_app.otter.searching.marked import cut, marked


def test_text_is_escaped_inside_and_outside_of_marks() -> None:
    text = "<b>&amp;</b>"

    html = marked(text, ((1, 4),))

    assert html == '&lt;<mark class="text-match">b&gt;&amp;</mark>amp;&lt;/b&gt;'
    assert html.striptags() == text


@pytest.mark.parametrize("marks", [((0, 0),), ((2, 1),), ((0, 99),)])
def test_places_that_are_none_are_left_out(marks: Marks) -> None:
    assert marked("abc", marks) == "abc"


def test_overlapping_places_are_marked_once() -> None:
    assert marked("abc", ((0, 2), (1, 3))).count("<mark") == 1


def test_a_long_line_is_cut_around_its_first_mark() -> None:
    text = "a" * 1_000 + "needle" + "b" * 1_000

    piece, marks = cut(text, ((1_000, 1_006),), 100)

    assert len(piece) == 104
    assert [piece[start:end] for start, end in marks] == ["needle"]
    assert (piece[:2], piece[-2:]) == ("… ", " …")


def test_a_mark_that_is_longer_than_the_piece_ends_with_it() -> None:
    piece, marks = cut("x" * 500, ((0, 500),), 100)

    assert [piece[start:end] for start, end in marks] == ["x" * 100]
