"""Otter Wiki's own tests, from its source distribution; what that lacks is made here."""

import subprocess
import sys
import tarfile
from pathlib import Path

import PIL.Image

VERSION = "2.26.1"


def fetch(build: Path) -> Path:
    """The folder with the test files, below `build`; downloaded with pip when it is not there yet."""
    tests = build / f"otterwiki-{VERSION}" / "tests"
    if not tests.is_dir():
        _unpack(_download(build), build)
    # The distribution leaves this picture out.
    PIL.Image.new("RGB", (64, 48), "teal").save(tests / "test_image.png")
    return tests


def _download(build: Path) -> Path:
    build.mkdir(parents=True, exist_ok=True)
    wanted = f"otterwiki=={VERSION}"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"]
    subprocess.run([*pip, wanted, "--no-deps", "--no-binary", "otterwiki", "--dest", str(build)], check=True)
    return build / f"otterwiki-{VERSION}.tar.gz"


def _unpack(archive: Path, build: Path) -> None:
    # Without the package itself: the one that is installed has to be tested.
    with tarfile.open(archive) as tar:
        wanted = [
            member
            for member in tar.getmembers()
            if "/tests/" in member.name or member.name.endswith(f"-{VERSION}/pyproject.toml")
        ]
        tar.extractall(build, members=wanted, filter="data")
