"""The git program, found and run."""

from pathlib import Path

import pytest

from wiki_app.errors import Unavailable
from wiki_app.gitcommand import Git, find_git


def test_it_says_its_version(tmp_path: Path) -> None:
    assert Git(tmp_path).version().startswith("git version 2.")


def test_without_git_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="git was not found"):
        find_git()
