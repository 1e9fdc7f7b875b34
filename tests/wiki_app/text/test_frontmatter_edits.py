"""One key of the frontmatter."""

import pytest

from wiki_app.errors import InvalidInput
from wiki_app.text.frontmatter import split
from wiki_app.text.frontmatter_edits import set_key

BLOCK = "---\ntitle: X\n# a comment\ntags:\n  - a\n  - b\nnested: {x: 1}\n---\n"
PAGE = BLOCK + "# One\n"


@pytest.mark.parametrize(
    ("key", "value", "block"),
    [
        ("tags", "[x, y]", "title: X\n# a comment\ntags: [x, y]\nnested: {x: 1}\n"),
        ("title", "Foo: bar", 'title: "Foo: bar"\n# a comment\ntags:\n  - a\n  - b\nnested: {x: 1}\n'),
        ("new", "1.10", "title: X\n# a comment\ntags:\n  - a\n  - b\nnested: {x: 1}\nnew: 1.10\n"),
        ("nested", "5", "title: X\n# a comment\ntags:\n  - a\n  - b\nnested: 5\n"),
        ("tags", "", "title: X\n# a comment\nnested: {x: 1}\n"),
        (
            "list",
            "- a\n- b",
            "title: X\n# a comment\ntags:\n  - a\n  - b\nnested: {x: 1}\nlist:\n  - a\n  - b\n",
        ),
    ],
)
def test_only_the_keys_own_lines_change(key: str, value: str, block: str) -> None:
    assert set_key(PAGE, key, value) == f"---\n{block}---\n# One\n"


def test_a_page_without_frontmatter_gets_some() -> None:
    assert set_key("text\n", "title", "T") == "---\ntitle: T\n---\ntext\n"


def test_the_last_key_takes_the_block_along() -> None:
    assert set_key("---\ntitle: x\n---\nbody\n", "title", "") == "body\n"


def test_a_block_in_flow_style_is_written_anew() -> None:
    changed = set_key("---\n{a: 1, b: 2}\n---\nbody\n", "a", "5")
    assert (split(changed).data, split(changed).body) == ({"b": 2, "a": 5}, "body\n")


@pytest.mark.parametrize("key", ["", "a: b", "a\nb", "[x"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput):
        set_key(PAGE, key, "x")


def test_broken_frontmatter_is_left_alone() -> None:
    with pytest.raises(InvalidInput, match="not valid YAML"):
        set_key("---\n: [\n---\nbody\n", "title", "x")


@pytest.mark.parametrize("value", ["a\n---\nb", "{", "'", "&x *x", "\tx", "!!python/object:os.system x"])
def test_any_text_is_a_value_and_nothing_else_changes(value: str) -> None:
    changed = split(set_key(PAGE, "note", value))
    assert changed.body == "# One\n"
    assert {**(changed.data or {}), "note": 0} == {**(split(PAGE).data or {}), "note": 0}
