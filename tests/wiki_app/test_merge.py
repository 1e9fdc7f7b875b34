"""Three-way merges, compared with git's own."""

import random
import subprocess
from pathlib import Path

import pytest

from wiki_app.merge import merge

BASE = "one\ntwo\nthree\nfour\nfive\n"


def test_changes_apart_are_both_kept() -> None:
    assert merge(BASE, BASE.replace("one", "1"), BASE.replace("five", "5")) == "1\ntwo\nthree\nfour\n5\n"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BASE.replace("three", "3"), BASE.replace("three", "III")),
        (BASE.replace("two", "2"), BASE.replace("three", "3")),
        (BASE.replace("three\n", ""), BASE.replace("three", "3")),
        (BASE + "six\n", BASE + "sechs\n"),
    ],
)
def test_changes_that_touch_are_a_conflict(mine: str, theirs: str) -> None:
    assert merge(BASE, mine, theirs) is None


@pytest.mark.parametrize("other", [BASE, BASE.replace("two", "2"), ""])
def test_the_same_change_on_both_sides_is_one(other: str) -> None:
    assert merge(BASE, other, other) == other
    assert merge(BASE, other, BASE) == merge(BASE, BASE, other) == other


def test_line_endings_stay() -> None:
    base = "one\r\ntwo\r\nthree"
    assert merge(base, "1\r\ntwo\r\nthree", "one\r\ntwo\r\n3") == "1\r\ntwo\r\n3"


def mutated(lines: list[str], chance: random.Random) -> list[str]:
    changed = list(lines)
    for _ in range(chance.randrange(3)):
        place = chance.randrange(len(changed))
        changed[place : place + chance.randrange(2)] = [f"new {chance.randrange(4)}\n"] * chance.randrange(2)
        changed = changed or ["rest\n"]
    return changed


@pytest.mark.parametrize("seed", range(20))
def test_git_merges_the_same(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    base = [f"line {number}\n" for number in range(chance.randrange(3, 15))]
    mine, theirs = mutated(base, chance), mutated(base, chance)
    for name, lines in {"mine": mine, "base": base, "theirs": theirs}.items():
        (tmp_path / name).write_text("".join(lines))
    git = subprocess.run(
        ["git", "merge-file", "-p", "-q", "mine", "base", "theirs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    expected = git.stdout if git.returncode == 0 else None
    assert merge("".join(base), "".join(mine), "".join(theirs)) == expected
