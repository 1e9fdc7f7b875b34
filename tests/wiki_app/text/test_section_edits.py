"""Edits by heading."""

import pytest

from wiki_app.errors import InvalidInput, NotFound
from wiki_app.text import section_edits
from wiki_app.text.sections import section

PAGE = """---
title: X
---
# One

text

## Two
- a
- b

## Three

last

Set
===
under
"""


@pytest.mark.parametrize(
    ("name", "new", "found"),
    [
        ("Two", "- c", "## Two\n- c\n\n"),
        ("#two", "## Zwei\n\nneu", "## Zwei\n\nneu\n\n"),
        ("three", "new\n", "## Three\n\nnew\n\n"),
        ("Set", "over", "Set\n===\nover\n"),
        ("Two", "", "## Two\n\n"),
    ],
)
def test_a_section_is_replaced_and_keeps_its_heading_unless_the_new_text_has_one(
    name: str, new: str, found: str
) -> None:
    changed = section_edits.replace(PAGE, name, new)
    heading = found.split("\n", 1)[0].lstrip("# ")
    assert section(changed, heading) == found


def test_the_rest_of_the_page_stays_byte_for_byte() -> None:
    changed = section_edits.replace(PAGE, "Two", "- c")
    before, after = PAGE.index("## Two"), PAGE.index("## Three")
    assert changed == PAGE[:before] + "## Two\n- c\n\n" + PAGE[after:]


def test_a_section_replaced_by_itself_is_the_same_page() -> None:
    for name in ("One", "Two", "Three", "Set"):
        assert section_edits.replace(PAGE, name, section(PAGE, name) or "") == PAGE


@pytest.mark.parametrize(
    ("name", "new", "expected"),
    [
        ("Two", "- c", "- b\n- c\n\n## Three"),
        ("Two", "More.", "- b\n\nMore.\n\n## Three"),
        ("One", "end of one", "last\n\nend of one\n\nSet\n==="),
        ("", "the end", "under\n\nthe end\n"),
    ],
)
def test_what_is_appended_stands_at_the_end_of_the_section(name: str, new: str, expected: str) -> None:
    assert expected in section_edits.append(PAGE, name, new)


def test_a_neighbour_is_put_before_or_behind() -> None:
    assert "text\n\n## New\n\n## Two\n" in section_edits.before(PAGE, "Two", "## New")
    assert "- b\n\n## New\n\n## Three\n" in section_edits.after(PAGE, "Two", "## New")
    assert section_edits.before(PAGE, "", "Intro").startswith("---\ntitle: X\n---\nIntro\n\n# One\n")


def test_an_empty_page_takes_a_first_text() -> None:
    assert section_edits.append("", "", "first") == "first\n"


def test_an_unknown_section_names_those_that_are_there() -> None:
    with pytest.raises(NotFound) as caught:
        section_edits.find(PAGE, "Four")
    assert caught.value.fields["sections"] == ["One", "Two", "Three", "Set"]


def test_a_name_that_several_sections_have_needs_an_anchor() -> None:
    page = "# A\n\n## Use\none\n\n# B\n\n## Use\ntwo\n"
    with pytest.raises(InvalidInput, match="#use-1"):
        section_edits.replace(page, "Use", "x")
    assert section_edits.replace(page, "#use-1", "x").endswith("## Use\nx\n")


def test_a_heading_in_code_is_none() -> None:
    with pytest.raises(NotFound):
        section_edits.find("# A\n\n```\n## no\n```\n", "no")


def test_line_ends_of_windows_stay() -> None:
    page = "# A\r\n\r\none\r\n\r\n# B\r\n\r\ntwo\r\n"
    found = section_edits.find(page, "B")
    assert page[found.start :] == "# B\r\n\r\ntwo\r\n"
    assert section_edits.append(page, "A", "more").endswith("# B\r\n\r\ntwo\r\n")
