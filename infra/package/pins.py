"""Which packages of Debian the layer is made of: name, version and SHA-256 for each processor."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.package.errors import PackageError

FILE = Path(__file__).with_name("git_packages.toml")
HEADING = (
    "# Debian packages of the layer with git; written by `make package-pins`, checked by `make package`.\n"
)


@dataclass(frozen=True)
class Pin:
    """One package. `sha256` by Debian's name of the processor."""

    name: str
    version: str
    sha256: dict[str, str]


def read_pins(file: Path = FILE) -> list[Pin]:
    """The pins as committed. Raises PackageError when the file is not of this shape."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["package"]
        return [Pin(row["name"], row["version"], dict(row["sha256"])) for row in rows]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise PackageError(
            f"{file.name} is no list of pins: write it anew with `make package-pins`."
        ) from error


def write_pins(pins: Iterable[Pin], file: Path = FILE) -> None:
    """Write the file anew."""
    file.write_text(HEADING + "".join(_row(pin) for pin in pins), encoding="utf-8")


def _row(pin: Pin) -> str:
    hashes = "".join(f'sha256.{name} = "{value}"\n' for name, value in sorted(pin.sha256.items()))
    return f'\n[[package]]\nname = "{pin.name}"\nversion = "{pin.version}"\n{hashes}'
