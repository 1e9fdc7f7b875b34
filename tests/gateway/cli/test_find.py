"""`wikibot search` and `wikibot reindex`, run as a user runs them."""

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.cli.find import bar
from search.answers import Progress
from tests.functional.rest import make_seed

FILES = {"boat.md": "# Boat\n\nA boat floats on water.\n", "car.md": "# Car\n\nA car drives on roads.\n"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WIKIBOT_EMBEDDINGS", "stand-in")
    return make_seed(tmp_path / "data", FILES)


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_a_search_prints_the_best_pages(data: Path, mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "floats on water", "--mode", mode, "--data", str(data)]) == 0
    first, snippet, *_ = capsys.readouterr().out.splitlines()
    assert "Boat" in first
    assert "floats" in snippet


def test_nothing_found_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "zebra", "--mode", "keyword", "--data", str(data)]) == 1
    assert capsys.readouterr().out == "Nothing found.\n"


def test_a_rebuild_says_what_it_did_and_embeds_nothing_twice(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reindex", "--data", str(data)]) == 0
    assert main(["reindex", "--data", str(data)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "2 pages, 2 chunks; 2 embedded, the others kept."
    assert second == "2 pages, 2 chunks; 0 embedded, the others kept."


def test_without_a_model_a_rebuild_says_why_not(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WIKIBOT_EMBEDDINGS", "none")
    assert main(["reindex", "--data", str(data)]) == 1
    assert "WIKIBOT_EMBEDDINGS=none" in capsys.readouterr().err


def test_a_folder_without_a_wiki_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "x", "--data", str(tmp_path / "none")]) == 1
    assert "holds no wiki" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(10, 5, 0, 0, 0, 0.0, None), f"[{'#' * 15}{'.' * 15}] 5/10 pages"),
        (
            Progress(10, 10, 40, 10, 10, 20.0, 1.5),
            f"[{'#' * 7}{'.' * 23}] 10/40 chunks, 20 a second, 2 s left",
        ),
        (Progress(0, 0, 0, 0, 0, 0.0, None), f"[{'#' * 30}] 0/0 pages"),
    ],
)
def test_the_bar_shows_how_far_it_is(progress: Progress, text: str) -> None:
    assert bar(progress) == text
