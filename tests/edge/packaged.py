"""The package as it would be deployed, for this machine's processor, unpacked as Lambda does it.

Built for the runtime's Python where there is one, else for the running one: then it is a test build
(DECISIONS 31).
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from infra.package.archive import unpack
from infra.package.bytecode import Python, find_python
from infra.package.install import ROOT
from infra.package.target import RUNTIME_PYTHON, TARGETS, here

BUILDER = ROOT / ".venv-lock" / "bin" / "python"  # made by `make test-edge`
CLIENT = ("awslambdaric", "simplejson", "snapshot-restore-py")
OFFLINE = """
import sys
from pathlib import Path

FORBIDDEN = REPOSITORY, LIBRARY
HERE = "127.0.0.1", "::1"


def watch(name, arguments):
    if name == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in HERE:
        raise OSError(f"no network here: {arguments[1]}")
    if name == "socket.getaddrinfo" and arguments[0] not in (*HERE, "localhost", None):
        raise OSError(f"no names here: {arguments[0]}")
    if name == "open" and str(arguments[0]).startswith(FORBIDDEN):
        raise OSError(f"not in the package: {arguments[0]}")


sys.addaudithook(watch)
from gateway.aws_lambda import handler
"""
"""A handler that reaches loopback only, and neither this repository nor what is installed for its tests."""


@dataclass(frozen=True)
class Packaged:
    """Unpacked: the function, the layer; `runtime`: the real runtime client alone, and the offline
    handler."""

    function: Path
    layer: Path
    runtime: Path
    python: Python
    zips: Path
    said: str


def version() -> str:
    """The minor version that the package is built for on this machine."""
    return RUNTIME_PYTHON if find_python(RUNTIME_PYTHON) else ".".join(map(str, sys.version_info[:2]))


def build_zips(folder: Path) -> str:
    """`python -m infra.package build`, as make calls it; what it printed."""
    python = find_python(version())
    assert python is not None
    assert BUILDER.exists(), "make .venv-lock/.stamp"
    command: list[str | Path] = [
        BUILDER,
        "-m",
        "infra.package",
        "build",
        "--target",
        here(),
        "--python",
        version(),
    ]
    done = subprocess.run(
        [*command, "--compiler", python.program, "--output", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def build_packaged(folder: Path) -> Packaged:
    """Build and unpack; beside them the runtime client, as locked for the edge tests."""
    python = find_python(version())
    assert python is not None
    said = build_zips(folder / "zips")
    unpack(folder / "zips" / f"wikibot-{here()}.zip", folder / "task")
    unpack(folder / "zips" / f"git-layer-{here()}.zip", folder / "opt")
    install_client(folder / "runtime")
    library = str(Path(sys.executable).parents[1])
    (folder / "runtime" / "offline.py").write_text(
        OFFLINE.replace("REPOSITORY, LIBRARY", repr((f"{ROOT}/", f"{library}/lib")))
    )
    return Packaged(folder / "task", folder / "opt", folder / "runtime", python, folder / "zips", said)


def install_client(folder: Path) -> None:
    """The runtime client and what it needs, which on AWS is part of the runtime."""
    locked = (ROOT / "requirements" / "edge.txt").read_text()
    rows = re.finditer(r"^([a-z0-9-]+)==.*\n(?: +--hash.*\n)+", locked, re.MULTILINE)
    folder.mkdir()
    requirements = folder / "requirements.txt"
    requirements.write_text("".join(row[0] for row in rows if row[1] in CLIENT))
    uv: list[str | Path] = [
        BUILDER.with_name("uv"),
        "pip",
        "install",
        "--no-config",
        "--quiet",
        "--no-deps",
        "--require-hashes",
    ]
    where: list[str | Path] = [
        "--python",
        BUILDER,
        "--python-version",
        version(),
        "--python-platform",
        TARGETS[here()].platform,
    ]
    subprocess.run([*uv, *where, "--target", folder, "--requirements", requirements], check=True)
