"""Wikilinks: what they lead to, and how a rename changes them."""

import time

import pytest

from wiki_app.rules import WikiRules
from wiki_app.text import wikilinks

RULES = WikiRules()


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[[Page]]", ["page"]),
        ("[[Shown|Page/Sub Page]]", ["page/sub page"]),
        ("[[/Page#anchor]] [[page]] [[PAGE.md]]", ["page"]),
        ("[[ a ]] [[b| c ]]", ["a", "c"]),
        ("[[a//b/]]", ["a/b"]),
        ("[[My%20Page]] [[100%]]", ["100%", "my page"]),
        ("[[#anchor]] [[ ]] [[]] [[/]] [[x|]] [[|x]]", []),
        ("[[a|b|c]]", ["b|c"]),
        ("[[a]b]] [a] [[unclosed", []),
        ("[[[a]]", ["[a"]),
        ("[[one\nline more]]", ["one\nline more"]),
        ("[[one\n\nparagraph more]]", []),
        (r"\[[escaped]] \\[[not]]", ["not"]),
        ("![[embedded]]", ["embedded"]),
        ("| [[in|a]] | table |", ["a"]),
        ("[[|[[a]]", ["a"]),
        ("ü [[Größe]]", ["größe"]),
    ],
)
def test_targets_are_normalised_keys(text: str, targets: list[str]) -> None:
    assert wikilinks.targets(text, RULES) == targets


@pytest.mark.parametrize(
    "text",
    [
        "`[[a]]`",
        "``x ` [[a]]``",
        "```\n[[a]]\n```",
        "~~~~\n```\n[[a]]\n~~~\n[[b]]\n~~~~",
        "```python\n[[a]]",
        "text\n\n    [[a]]\n\ttext [[b]]\n",
        "<!-- [[a]]\n -->",
        '---\ntitle: "[[a]]"\n---\n',
    ],
)
def test_what_is_not_rendered_is_no_link(text: str) -> None:
    assert wikilinks.targets(text, RULES) == []


@pytest.mark.parametrize(
    "text",
    [
        "`unclosed [[a]]",
        "`one\n\n[[a]] two`",
        "`x` [[a]] `y`",
        "``` inline ``` [[a]]",
        "- item\n\n    [[a]]\n",
        "text\n    [[a]]\n",
        "```\ncode\n```\n[[a]]",
        "<!-- x --> [[a]]",
        "`[[ and` [[a]]",
    ],
)
def test_what_only_looks_like_code_is_a_link(text: str) -> None:
    assert wikilinks.targets(text, RULES) == ["a"]


@pytest.mark.parametrize("style", ["LINKTITLE", "link_title", "PageNameTitle"])
def test_the_style_turns_links_round(style: str) -> None:
    assert wikilinks.targets("[[Page|Shown]] [[b]]", WikiRules(wikilink_style=style)) == ["b", "page"]


def test_case_is_kept_where_names_keep_it() -> None:
    assert wikilinks.targets("[[Page]] [[page]] [[X.MD]]", WikiRules(retain_case=True)) == [
        "Page",
        "X.MD",
        "page",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[Old]] and [[older]]", "[[New/Name]] and [[older]]"),
        ("[[Shown|old]]", "[[Shown|New/Name]]"),
        ("[[Old|old#part]]", "[[Old|New/Name#part]]"),
        ("[[/Old#part]]", "[[/New/Name#part]]"),
        ("[[ Old ]] [[a| old ]]", "[[ New/Name ]] [[a| New/Name ]]"),
        ("[[OLD.md]] [[o%6Cd]]", "[[New/Name]] [[New/Name]]"),
        ("`[[old]]` [[#old]] [[old|x]]", "`[[old]]` [[#old]] [[old|x]]"),
        ("one\r\n[[old]]\r\n", "one\r\n[[New/Name]]\r\n"),
    ],
)
def test_a_rename_changes_only_the_target(before: str, after: str) -> None:
    assert wikilinks.rewrite(before, "old", "New/Name", RULES) == after


def test_a_rename_in_the_other_style() -> None:
    rules = WikiRules(wikilink_style="LINK_TITLE")
    assert wikilinks.rewrite("[[Old#a|old]] [[x|old]]", "old", "new", rules) == "[[new#a|old]] [[x|old]]"


@pytest.mark.parametrize("name", ["a|b", "a#b", "[a]", "50%25", "a%2", "plain ü"])
def test_a_rewritten_link_leads_to_the_new_page(name: str) -> None:
    text = wikilinks.rewrite("[[Old#x]] [[Old]]", "old", name, RULES)
    assert wikilinks.targets(text, RULES) == [name]


HOSTILE = {
    "open": "[[" * 200_000,
    "bars": "[[a|" * 100_000 + "]]",
    "comments": "<!--" * 200_000,
    "ticks": "` `` " * 90_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    wikilinks.targets(text, RULES)
    wikilinks.targets(text + "\n\n]] [[a]]", RULES)
    assert time.process_time() - started < 3  # seconds; in quadratic time it would be minutes
