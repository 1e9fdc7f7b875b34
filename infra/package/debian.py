"""Debian packages, fetched by name through the machine's own apt sources and opened without dpkg.

A private set of lists lets apt answer for another processor, and without the rights of root.
"""

import hashlib
import io
import tarfile
from pathlib import Path

from infra.package.commands import run
from infra.package.errors import PackageError
from infra.package.pins import Pin

AR = b"!<arch>\n"
ADVICE = (
    "The pinned packages are Debian 12's, so this needs apt with Debian 12's sources (in CI: a job in the "
    "container `debian:12`), or the files themselves in a folder: `make package ARGS='--debs FOLDER'`."
)
GONE = "It leaves Debian's archive when a newer one comes: `make package-pins` pins what is there now. "


class Apt:
    """apt with its state in `folder`, for one processor (Debian's name)."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self._folder = folder
        state = {
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Sandbox::User": "",
            "Dir::State": folder,
            "Dir::State::status": folder / "status",
            "Dir::Cache": folder / "cache",
        }
        self._options = [word for name, value in state.items() for word in ("-o", f"{name}={value}")]
        for place in ("lists/partial", "cache/archives/partial"):
            (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()

    def update(self) -> None:
        """Fetch the lists. Raises PackageError."""
        run(["apt-get", "-qq", *self._options, "update"], ADVICE)

    def candidate(self, name: str) -> str:
        """The newest version of a package. Raises PackageError when there is none."""
        shown = run(["apt-cache", *self._options, "show", "--no-all-versions", name], ADVICE)
        return next(line.partition(": ")[2] for line in shown.splitlines() if line.startswith("Version: "))

    def download(self, name: str, version: str, folder: Path) -> None:
        """Put the package's file into the folder. Raises PackageError when that version is not to be had."""
        folder.mkdir(parents=True, exist_ok=True)
        run(
            ["apt-get", "-qq", *self._options, "download", f"{name}={version}"],
            f"{name} {version} is not to be had. {GONE}{ADVICE}",
            folder=folder,
        )


def file_name(name: str, version: str, architecture: str) -> str:
    """As apt writes it: the colon of an epoch is escaped, in small letters."""
    return f"{name}_{version.replace(':', '%3a')}_{architecture}.deb"


def checked(pin: Pin, architecture: str, folder: Path) -> bytes:
    """The package's bytes from the folder. Raises PackageError unless they have the pinned SHA-256."""
    path = folder / file_name(pin.name, pin.version, architecture)
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    expected = pin.sha256.get(architecture)
    if found != expected:
        raise PackageError(
            f"{path.name} has the SHA-256 {found}, but {expected} is pinned: it is not the file that was "
            "reviewed. "
            "Delete it and try again; if it stays so, trust neither before you know why."
        )
    return data


def members(deb: bytes) -> tarfile.TarFile:
    """The files that the package installs (deb(5), an ar archive with data.tar.* in it). Raises
    PackageError."""
    place = len(AR)
    while deb.startswith(AR) and place + 60 <= len(deb):
        name, size = deb[place : place + 16].decode().strip(" /"), int(deb[place + 48 : place + 58])
        place += 60
        if name.startswith("data.tar"):
            return tarfile.open(fileobj=io.BytesIO(deb[place : place + size]))
        place += size + size % 2
    raise PackageError("This is no Debian package: delete the file and let apt fetch it again.")
