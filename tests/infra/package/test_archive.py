"""Zips depend on nothing but their content."""

import os
from pathlib import Path

from infra.package.archive import unpack, write_zip


def lay(folder: Path, names: list[str], *, time: int, program: int) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        os.utime(path, (time, time))
    (folder / "bin" / "git").chmod(program)
    (folder / "bin" / "git-upload-pack").symlink_to("git")
    (folder / "templates").mkdir()
    return folder


def test_the_same_files_give_the_same_bytes_whoever_wrote_them_when(tmp_path: Path) -> None:
    first = lay(tmp_path / "a", ["b.txt", "bin/git"], time=1_000_000_000, program=0o700)
    second = lay(tmp_path / "b", ["bin/git", "b.txt"], time=1_700_000_000, program=0o755)
    one, two = write_zip(first, tmp_path / "1.zip"), write_zip(second, tmp_path / "2.zip")
    assert (one.sha256, one.content) == (two.sha256, two.content)


def test_another_content_or_mode_gives_other_bytes(tmp_path: Path) -> None:
    first = lay(tmp_path / "a", ["b.txt", "bin/git"], time=0, program=0o755)
    second = lay(tmp_path / "b", ["b.txt", "bin/git"], time=0, program=0o644)
    assert write_zip(first, tmp_path / "1.zip").content != write_zip(second, tmp_path / "2.zip").content


def test_links_programs_and_empty_folders_come_out_as_they_went_in(tmp_path: Path) -> None:
    folder = lay(tmp_path / "a", ["b.txt", "bin/git"], time=0, program=0o755)
    write_zip(folder, tmp_path / "1.zip")
    unpack(tmp_path / "1.zip", tmp_path / "out")
    assert (tmp_path / "out" / "bin" / "git-upload-pack").readlink() == Path("git")
    assert os.access(tmp_path / "out" / "bin" / "git", os.X_OK)
    assert not os.access(tmp_path / "out" / "b.txt", os.X_OK)
    assert (tmp_path / "out" / "templates").is_dir()
