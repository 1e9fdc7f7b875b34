"""Addresses of pages in Markdown links."""

import pytest

from wiki_app.pages.urls import rewrite
from wiki_app.rules import WikiRules

LOWER = WikiRules()


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("[a](/old)", "[a](/New%20Place)"),
        ("[a](/Old)", "[a](/New%20Place)"),
        ("[a](/old.md)", "[a](/New%20Place)"),
        ("![a](/old/p%20q.png)", "![a](/New%20Place/p%20q.png)"),
        ('[a](/old/sub#x "title")', '[a](/New%20Place/sub#x "title")'),
        ("[a](</old?x=1>)", "[a](</New%20Place?x=1>)"),
        ("[a](/older) [a](old) [a](//old/x) [a](http://h/old)", None),
        ("`[a](/old)`\n\n```\n[a](/old)\n```\n", None),
        ("/old [a] (/old)", None),
    ],
)
def test_addresses_are_rewritten(text: str, rewritten: str | None) -> None:
    assert rewrite(text, "old", "New Place", LOWER) == (rewritten or text)


def test_case_counts_where_it_is_retained() -> None:
    assert rewrite("[a](/Old) [b](/old)", "old", "new", WikiRules(retain_case=True)) == "[a](/Old) [b](/new)"
