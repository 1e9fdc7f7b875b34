"""Markdown without its marks, as a snippet shows it."""

import pytest

from search.plain import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("a **bold** and *soft* word", "a bold and soft word"),
        ("***both*** and **a *b* c**", "both and a b c"),
        ("see [the text](https://x.example/a_(b)) here", "see the text here"),
        ("[**bold** link](x) ![a picture](y.png)", "bold link a picture"),
        ("[text][ref] and [[Page]] and [[Shown|Target]]", "text and Page and Shown"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("## A heading\n\ntext", "A heading text"),
        ("- one\n* two\n+ three\n1. four\n- [ ] five\n- [x] six", "one two three 1. four five six"),
        ("> said\n> > again", "said again"),
        ("| a | b |\n|---|:-:|\n| 1 | **2** |", "a · b 1 · 2"),
        ("```python\nx = a ** b  # _not_ *marked*\n```\nafter", "x = a ** b # _not_ *marked* after"),
        ("a `**kwargs` and ``a ` b``", "a **kwargs and a ` b"),
        ("one\n\n---\n\n***\n\ntwo", "one two"),
        ("~~gone~~ <!-- note --> a<br>b", "gone a b"),
        (r"a \* b \[c\] \_d", "a * b [c] _d"),
        ("_two words_ and __two words__", "two words and two words"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, text: str) -> None:
    assert plain(markdown) == text


@pytest.mark.parametrize(
    "text",
    [
        "snake_case and some_other_name", "__init__ and _private and __all__", "2*3*4 and a * b",
        "*.py and *.md",
        "*args, **kwargs", "ERR_X-42 in /etc/hosts", "a [note] (not a link)", "C++ and C# -x --long",
        "a | b", "x < y > z", "i[0] and a[i][", "-1 and +2", "#tag", "a -> b", "{{path/to/file}}", "1) first",
        "<placeholder>", "=", "_", "", "`", "a`b", "**", "[[", "~/.bashrc and ~~",
    ],
)  # fmt: skip
def test_what_is_no_mark_stays(text: str) -> None:
    assert plain(text) == text


def test_hostile_texts_cost_little() -> None:
    for text in ("[" * 5_000, "**a " * 2_000, "`" * 5_001 + "a", "_a b" * 2_000, "[](" * 2_000, "| " * 5_000):
        assert isinstance(plain(text), str)
