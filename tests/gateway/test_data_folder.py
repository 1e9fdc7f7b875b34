"""The data folder: laid out before anything opens it, or refused with a sentence."""

import multiprocessing
import stat
import subprocess
from pathlib import Path

import pytest

from gateway.data_folder import prepare, session_key
from gateway.settings import Settings, load_settings
from gateway.start import StartError


def settings_for(data: Path) -> Settings:
    return load_settings(data=data)


def test_an_absent_folder_is_made_with_its_cache_and_key(tmp_path: Path) -> None:
    prepare(settings_for(tmp_path / "new" / "data"))

    assert sorted(path.name for path in (tmp_path / "new" / "data").iterdir()) == ["cache", "secret_key"]


def test_the_key_is_private_long_and_stays(tmp_path: Path) -> None:
    first = session_key(settings_for(tmp_path))

    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert len(first) == 64
    assert session_key(settings_for(tmp_path)) == first


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(_key, [tmp_path] * 8, chunksize=1)

    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def _key(data: Path) -> str:
    return session_key(settings_for(data))


def test_a_key_from_outside_wins_and_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a key that comes from outside, long enough")

    assert session_key(settings_for(tmp_path)) == "a key that comes from outside, long enough"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("options", [[], ["--bare"]])
def test_a_folder_that_is_a_repository_is_refused_and_import_named(
    tmp_path: Path, options: list[str]
) -> None:
    subprocess.run(["git", "init", "-q", *options, str(tmp_path)], check=True)

    with pytest.raises(StartError, match=r"is itself a git repository: .* wikibot import"):
        prepare(settings_for(tmp_path))


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(StartError, match="is no folder"):
        prepare(settings_for(tmp_path / "data"))


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StartError, match="cannot be"):
        prepare(settings_for(tmp_path / "file" / "data"))


def test_a_missing_git_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StartError, match="git was not found"):
        prepare(settings_for(tmp_path))
