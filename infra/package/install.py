"""The function's files: locked distributions for its processor, and the wiki itself."""

import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.package.commands import run
from infra.package.errors import PackageError
from infra.package.target import Target

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements" / "lambda.txt"
FROM_SOURCE = ("feedgen",)
"""Published as source only; pure Python, so that it can be built anywhere."""
OURS = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "gateway", "wiki_app", "search", "auth")
PROGRAM = re.compile(r"^\.\./\.\./bin/.*\n", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """Where the wiki's own files stand in git; `clean` says whether they are as committed."""

    commit: str
    clean: bool


def tool(name: str) -> Path:
    """A program beside the Python that runs the build (requirements/tools.txt)."""
    return Path(sys.executable).with_name(name)


def install(target: Target, python: str, folder: Path, requirements: Path = REQUIREMENTS) -> None:
    """Put the locked distributions for this processor and Python into the folder; each hash is checked.

    Copied, not linked: the files are changed afterwards, and uv's cache must not be."""
    sources = [
        word for name in FROM_SOURCE for word in ("--no-binary", name, "--no-build-isolation-package", name)
    ]
    run(
        [
            *(tool("uv"), "pip", "install", "--no-config", "--quiet", "--link-mode", "copy", "--no-deps"),
            *("--python", sys.executable, "--python-platform", target.platform, "--python-version", python),
            *("--require-hashes", "--only-binary", ":all:", *sources),
            *("--target", folder, "--requirements", requirements),
        ],
        "A changed hash means that a file is not the one that was locked: find out why before `make lock`. "
        "A missing wheel: choose a version that has one for this platform.",
    )
    forget_programs(folder)


def forget_programs(folder: Path) -> None:
    """Take the rows of bin/ out of each list of installed files: that folder is left out, and the hashes of
    its scripts hold the building machine's path, so that no two machines would build the same package."""
    for record in sorted(folder.glob("*.dist-info/RECORD")):
        text = record.read_text(encoding="utf-8")
        record.write_text(PROGRAM.sub("", text), encoding="utf-8")


def add_ours(folder: Path, work: Path) -> Source:
    """Build the wiki's own wheel from the files that git tracks (an old build folder would creep in
    otherwise) and unpack it into the folder."""
    listed = run(
        ["git", "-C", ROOT, "ls-files", "-z", "--", *OURS], "The package is built from a git work tree."
    )
    for name in filter(None, listed.split("\0")):
        copy = work / "source" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copyfile(ROOT / name, copy)
    run(
        [
            *(tool("uv"), "build", "--no-config", "--quiet", "--wheel", "--no-build-isolation"),
            *("--python", sys.executable, "--out-dir", work / "wheel", work / "source"),
        ],
        "The wiki's own wheel could not be built: see pyproject.toml.",
    )
    (wheel,) = (work / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return source()


def source() -> Source:
    """The commit of the work tree."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    if head.returncode:
        raise PackageError("The work tree has no commit yet: commit first, so that the package can name it.")
    changed = run([*git, "status", "--porcelain", "--untracked-files=no", "--", *OURS], "See `git status`.")
    return Source(head.stdout.strip(), not changed.strip())
