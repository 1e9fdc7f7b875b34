"""Comparing texts line by line."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki_app.lines import matches, split_lines, unified_diff

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "", "d"]), max_size=12).map("".join)


@given(TEXTS)
def test_lines_join_to_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


@given(TEXTS, TEXTS)
def test_matches_are_equal_and_in_order(one: str, other: str) -> None:
    a, b = split_lines(one), split_lines(other)
    a_end = b_end = 0
    for match in matches(a, b):
        assert match.a >= a_end and match.b >= b_end and match.size > 0
        a_end, b_end = match.a + match.size, match.b + match.size
        assert a[match.a : a_end] == b[match.b : b_end]


def test_equal_texts_have_no_diff() -> None:
    assert unified_diff("a\n", "a\n", "a", "b") == ""


def test_a_diff_shows_lines_around_the_change() -> None:
    old = "".join(f"{number}\n" for number in range(10))
    assert unified_diff(old, old.replace("5", "five"), "a/x.md", "b/x.md") == (
        "--- a/x.md\n+++ b/x.md\n@@ -3,7 +3,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
    )


def test_a_missing_newline_at_the_end_is_said() -> None:
    assert unified_diff("a\n", "a", "a", "b").endswith("-a\n+a\n\\ No newline at end of file\n")


@pytest.mark.parametrize("seed", range(8))
def test_git_applies_our_diffs(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = [f"line {chance.randrange(9)}\n" for _ in range(40)]
    new = [line for line in old if chance.random() > 0.1]
    new.insert(chance.randrange(len(new)), "added\n")
    (tmp_path / "x.md").write_text("".join(old))
    diff = unified_diff("".join(old), "".join(new), "a/x.md", "b/x.md")
    subprocess.run(["git", "apply", "--unsafe-paths"], input=diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "x.md").read_text() == "".join(new)


def test_texts_made_to_be_slow_are_not() -> None:
    lines = [f"l{number % 101}\n" for number in range(60_000)]
    shuffled = random.Random(1).sample(lines, len(lines))
    assert unified_diff("".join(lines), "".join(shuffled), "a", "b").count("\n") > len(lines)
