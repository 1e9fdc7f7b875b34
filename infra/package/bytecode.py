"""Compiled modules in the place of sources: /var/task is read-only, so that without them each cold start
would compile everything that it imports anew (about three times the CPU time).

Only the runtime's own minor version of Python makes bytecode that it loads. A `.pyc` in the place of its
`.py` (PEP 3147, "sourceless") needs about as much room, one beside it twice as much, which would not fit. The
wiki's own packages keep their sources for readable tracebacks. Hashed and unchecked (PEP 552): a zip's times
say nothing.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from infra.package.commands import run
from infra.package.errors import PackageError

TASK = "/var/task"
"""Where Lambda unpacks a function: what tracebacks name."""
WITH_SOURCE = ("gateway", "wiki_app", "search", "auth")
COMPILER = """
import sys
from pathlib import Path
from py_compile import PyCompileError, PycInvalidationMode, compile

root, task, ours = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
for path in sorted(root.rglob("*.py")):
    inside = path.relative_to(root)
    cached = None if inside.parts[0] in ours else str(path) + "c"
    try:
        compile(str(path), cached, f"{task}/{inside.as_posix()}", doraise=True,
                invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    except (PyCompileError, SyntaxError, ValueError):
        print(inside.as_posix())
        continue
    if cached:
        path.unlink()
"""


@dataclass(frozen=True)
class Python:
    """An interpreter and its full version."""

    program: Path
    version: str


def find_python(version: str, given: Path | None = None) -> Python | None:
    """An interpreter of this minor version: the given one, the running one, one on the PATH, one of pyenv's.
    Raises PackageError when the given one is another version; None when there is none."""
    if given is not None:
        found = _version(given)
        if found is None or not _fits(found, version):
            raise PackageError(
                f"{given} is Python {found or 'not at all'}; PYTHON313 must name Python {version}."
            )
        return Python(given, found)
    tried = ((program, _version(program)) for program in _candidates(version))
    return next((Python(path, found) for path, found in tried if found and _fits(found, version)), None)


def compile_all(folder: Path, python: Python) -> list[str]:
    """Compile every module; returns those that stay as sources since they do not compile. One process, in
    order, with a fixed seed: the same bytes each time."""
    printed = run(
        [python.program, "-I", "-S", "-W", "ignore", "-c", COMPILER, folder, TASK, *WITH_SOURCE],
        "The modules could not be compiled.",
        environment={"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
    )
    return printed.splitlines()


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    on_path = which(f"python{version}")
    if on_path:
        yield Path(on_path)
    yield from sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"), reverse=True)


def _version(program: Path) -> str | None:
    """What the interpreter says that it is; None when it does not run (pyenv's shims may not)."""
    question = "import platform; print(platform.python_version())"
    try:
        said = subprocess.run(
            [program, "-I", "-c", question], capture_output=True, text=True, check=False, timeout=30
        )
    except OSError:
        return None
    return said.stdout.strip() if said.returncode == 0 else None


def _fits(found: str, version: str) -> bool:
    return found.startswith(f"{version}.")
