"""Frontmatter as REST.md describes it, and YAML that was made to do harm."""

import json

import pytest

from wiki_app.text import frontmatter

HOSTILE = {
    "laughs": "---\n"
    + "".join(
        f"{n}: &{n} [{('*' + p + ',') * 9}]\n" for p, n in zip("abcdefg", "bcdefgh", strict=True)
    ).replace("*a,", "x,")
    + "---\n",
    "round": "---\na: &a [*a]\n---\n",
    "deep": "---\na: " + "[" * 100_000 + "\n---\n",
    "ladder": "---\n" + "- " * 100_000 + "\n---\n",
    "date": "---\na: 2024-99-99\n---\n",
    "number": "---\na: " + "9" * 5000 + "\n---\n",
    "object": "---\na: !!python/object/apply:os.getcwd []\n---\n",
    "keys": "---\n? [a, b]\n: c\n---\n",
    "control": "---\na: \x00\n---\n",
}


def test_a_block_is_taken_off() -> None:
    found = frontmatter.split("---\ntitle: T\nn: [1, 2.5, true, null]\n---\n# body\n")
    assert found.block == "---\ntitle: T\nn: [1, 2.5, true, null]\n---\n"
    assert found.data == {"title": "T", "n": [1, 2.5, True, None]}
    assert found.body == "# body\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no block\n---\na: b\n---\n",
        "\n---\na: b\n---\n",
        "\ufeff---\na: b\n---\n",
        "---\na: b\n",
        "---\na: [\n---\nbody",
        "---\n- a\n- b\n---\nbody",
        "---\njust text\n---\nbody",
        "---\n---\nbody",
        "----\na: b\n----\n",
        "---\na: b\n --- \n",
    ],
)
def test_what_is_no_block_is_body(text: str) -> None:
    assert frontmatter.split(text) == frontmatter.Frontmatter("", None, text)


@pytest.mark.parametrize("text", ["---\r\na: b\r\n---\r\nbody", "--- \na: b\n---\t\nbody", "---\na: b\n---"])
def test_line_ends_and_trailing_blanks_do_not_matter(text: str) -> None:
    found = frontmatter.split(text)
    assert found.data == {"a": "b"}
    assert found.block + found.body == text


@pytest.mark.parametrize(
    ("yaml", "title"),
    [
        ("title: A b", "A b"),
        ("title: 2024", "2024"),
        ("title: 1.50", "1.5"),
        ("title: 2024-05-06", "2024-05-06"),
        ("title: '  '", None),
        ("title: [a]", None),
        ("title:", None),
        ("other: x", None),
    ],
)
def test_a_title_is_text_whatever_yaml_makes_of_it(yaml: str, title: str | None) -> None:
    assert frontmatter.split(f"---\n{yaml}\n---\n").title == title


@pytest.mark.parametrize(
    ("yaml", "tags"),
    [
        ("tags: [a, B, 3]", ("a", "B", "3")),
        ("tags: a, b ,,c", ("a", "b", "c")),
        ("tags: 7", ("7",)),
        ("tags: [a, '', null, [b]]", ("a",)),
        ("tags: {a: b}", ()),
        ("tags:", ()),
        ("other: x", ()),
    ],
)
def test_tags_are_a_list_or_a_string_with_commas(yaml: str, tags: tuple[str, ...]) -> None:
    assert frontmatter.split(f"---\n{yaml}\n---\n").tags == tags


def test_a_category_may_be_a_number() -> None:
    assert frontmatter.split("---\ncategory: 12\n---\n").category == "12"
    assert frontmatter.split("---\na: 12\n---\n").category is None


def test_values_can_be_sent_as_json() -> None:
    found = frontmatter.split(
        "---\nd: 2024-01-02\nt: 2024-01-02T03:04:05Z\nb: !!binary aGk=\n"
        "s: !!set {x}\n1: .nan\ni: -.inf\n---\n"
    )
    assert found.data == {
        "d": "2024-01-02",
        "t": "2024-01-02T03:04:05+00:00",
        "b": "hi",
        "s": ["x"],
        "1": "nan",
        "i": "-inf",
    }
    json.dumps(found.data, allow_nan=False).encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_yaml_is_body(name: str) -> None:
    assert frontmatter.split(HOSTILE[name]).data is None
