"""Headings: the outline, anchors, and the one that Otter Wiki's sidebar shows."""

import random
import re

import pytest

from wiki_app.text import headings
from wiki_app.text.headings import Heading


def texts(source: str) -> list[tuple[int, str, int]]:
    return [(found.level, found.text, found.line) for found in headings.outline(source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# One\n\n### Three ###\n", [(1, "One", 0), (3, "Three", 2)]),
        ("   ## in\n    ## code\n", [(2, "in", 0)]),
        ("#no\n#\n####### seven\n# C#\n", [(1, "", 1), (1, "C#", 3)]),
        ("Title\n===\n\nTwo\nlines\n---\n", [(1, "Title", 0), (2, "Two lines", 3)]),
        ("---\ntitle: x\n---\n# After\n", [(1, "After", 3)]),
        ("```\n# code\n```\n# text\n", [(1, "text", 3)]),
        ("- item\n---\n> quote\n---\n\n***\n---\n", []),
        ("text\n- item\n---\n", []),
        ("**bold**\n---\n", [(2, "bold", 0)]),
        (
            "# `code` *em* __strong__ [link](x) [[wiki|y]] <b>tag</b> ![i](j) a\\*b &amp;\n",
            [(1, "code em strong link wiki tag a*b &", 0)],
        ),
        ("# snake_case_name ~~gone~~ ==mark==\n", [(1, "snake_case_name gone mark", 0)]),
        ("no heading\n", []),
        ("", []),
    ],
)
def test_the_outline_has_level_text_and_line(source: str, found: list[tuple[int, str, int]]) -> None:
    assert texts(source) == found


def test_anchors_are_numbered_when_they_repeat() -> None:
    assert headings.outline("# A b\n# A  B!\n# Ä-b\n## a b\n") == [
        Heading(1, "A b", 0, "a-b"),
        Heading(1, "A B!", 1, "a-b-1"),
        Heading(1, "Ä-b", 2, "a-b-2"),
        Heading(2, "a b", 3, "a-b-3"),
    ]


@pytest.mark.parametrize(
    ("text", "slug"), [("Straße 1", "strae-1"), ("a_b -- c", "a_b-c"), ("日本", ""), ("x.y/z", "xyz")]
)
def test_slugs_have_otter_wikis_form(text: str, slug: str) -> None:
    assert headings.slugify(text) == slug


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# One\n# Two\n", "One"),
        ("text\n\n## Two ##\n", "Two"),
        ("Under\n===\n", "Under"),
        ("Under\n---\n# Hash\n", "Hash"),
        ("# no line end", None),
        ("```\n# code\n```\n", "code"),
        ("C# is\n", "is"),
        ("#\n", ""),
        ("plain\n", None),
        ("x" * 505 + "\n# Late\n", None),
    ],
)
def test_the_first_heading_is_the_sidebars(text: str, found: str | None) -> None:
    assert headings.first(text) == found


def test_the_first_heading_is_what_otter_wikis_expressions_find() -> None:
    hashes = re.compile(r" {0,3}(#{1,6})(?!#+)(?: *\n+|\s+([^\n]*?)(?:\n+|\s+?#+\s*\n+))")
    underlined = re.compile(r"([^\n]+)\n *(=|-){2,}[ \t]*\n+")
    parts = ["#", "#", " ", "\n", "\n", "a", "\t", "=", "--", "  ", "b c"]
    chance = random.Random(1)
    for _ in range(4000):
        text = "".join(chance.choices(parts, k=chance.randint(0, 14)))
        match, under = hashes.search(text), underlined.search(text)
        expected = (match.group(2) or "") if match else under.group(1) if under else None
        assert headings.first(text) == expected, text


HOSTILE = {
    "marks": "# " + "*a _b [" * 100_000,
    "blanks": "# " + " " * 900_000 + "#x",
    "hashes": "# " * 300_000 + "\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_headings_are_read_in_linear_time(text: str) -> None:
    assert len(headings.outline(text)) == 1
