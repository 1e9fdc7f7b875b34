"""Packages are opened only when they are what was pinned."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from infra.package.debian import checked, file_name, members
from infra.package.errors import PackageError
from infra.package.git_layer import FILES, take
from infra.package.pins import Pin, read_pins, write_pins
from infra.package.target import TARGETS


def row(name: str, data: bytes) -> bytes:
    """One member of an ar archive (deb(5))."""
    return (
        f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
        + data
        + b"\n" * (len(data) % 2)
    )


def package(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:xz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return b"!<arch>\n" + row("debian-binary", b"2.0") + row("data.tar.xz", packed.getvalue())


DEB = package({"./usr/bin/git": b"program", "./usr/lib/any/libz.so.1.2": b"library"})
PIN = Pin("git", "1:2-3+deb12u1", {"arm64": hashlib.sha256(DEB).hexdigest()})


@pytest.fixture
def debs(tmp_path: Path) -> Path:
    (tmp_path / file_name(PIN.name, PIN.version, "arm64")).write_bytes(DEB)
    return tmp_path


def test_a_file_with_the_pinned_hash_is_taken(debs: Path) -> None:
    assert checked(PIN, "arm64", debs) == DEB


def test_the_same_file_with_one_other_byte_is_refused(debs: Path) -> None:
    (debs / file_name(PIN.name, PIN.version, "arm64")).write_bytes(DEB[:-1] + b"!")
    with pytest.raises(PackageError, match="not the file that was reviewed"):
        checked(PIN, "arm64", debs)


def test_files_are_taken_out_under_their_new_names(tmp_path: Path) -> None:
    take(DEB, {"./usr/bin/git": "bin/git", "./usr/lib/*/libz.so.1.*": "lib/libz.so.1"}, tmp_path)
    assert (tmp_path / "bin" / "git").read_bytes() == b"program"
    assert (tmp_path / "lib" / "libz.so.1").read_bytes() == b"library"


def test_a_package_without_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="has 0 files like"):
        take(DEB, {"./usr/bin/git2": "bin/git"}, tmp_path)


def test_what_is_no_package_is_refused() -> None:
    with pytest.raises(PackageError, match="no Debian package"):
        members(DEB[1:])


def test_pins_name_every_package_for_every_processor() -> None:
    pins = read_pins()
    assert [pin.name for pin in pins] == list(FILES)
    assert all(set(pin.sha256) == {target.debian for target in TARGETS.values()} for pin in pins)


def test_pins_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_pins([PIN], tmp_path / "pins.toml")
    assert read_pins(tmp_path / "pins.toml") == [PIN]
    (tmp_path / "pins.toml").write_text("[[package]]\nname = 'git'\n")
    with pytest.raises(PackageError, match="package-pins"):
        read_pins(tmp_path / "pins.toml")
