"""What a Lambda does not need, each with its reason. Nothing in a *.dist-info is ever touched: FastMCP,
keyring and others find their parts by entry points and versions there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from infra.package import elf, tree
from infra.package.errors import PackageError

SERVICES = frozenset({"bedrock-runtime", "kms", "s3", "secretsmanager", "ssm", "sso", "sso-oidc", "sts"})
"""AWS services whose descriptions stay: what wikibot and the SDK's own search for credentials may call."""
MATHJAX = "otterwiki/static/mathjax"


@dataclass(frozen=True)
class Rule:
    """`pattern`s match whole paths below the package (`*` also crosses folders), but for those that `keep`
    says."""

    reason: str
    patterns: tuple[str, ...]
    keep: Callable[[PurePosixPath], bool] = lambda _path: False

    def matches(self, path: PurePosixPath) -> bool:
        """Whether this file goes."""
        return any(fnmatchcase(str(path), pattern) for pattern in self.patterns) and not self.keep(path)


@dataclass(frozen=True)
class LeftOut:
    """What one rule took away, for the manifest."""

    reason: str
    files: int
    bytes: int


def _is_kept_by_botocore(path: PurePosixPath) -> bool:
    return len(path.parts) == 3 or path.parts[2] in SERVICES  # files beside the services' folders concern all


RULES = (
    Rule("programs: nobody calls them, and their first line names the building machine", ("bin/*", ".lock")),
    Rule(
        "Cython: Otter Wiki pins it and imports none of it",
        ("Cython/*", "Cython.libs/*", "pyximport/*", "cython.py"),
    ),
    Rule("descriptions of AWS services that are not called", ("botocore/data/*",), _is_kept_by_botocore),
    Rule("tests of other projects", ("*/tests/*", "*/test/*")),
    Rule(
        "types, sources and headers of compiled modules",
        tuple(f"*.{suffix}" for suffix in ("pyi", "pyx", "pxd", "pxi", "c", "h", "hpp", "cpp", "a", "rst")),
    ),
    Rule(
        "numpy: the Fortran compiler's side and modules that only its tests load",
        ("numpy/f2py/*", "numpy/_core/_simd.*", "numpy/_core/_*_tests.*"),
    ),
    Rule(
        "MathJax put together in other ways than the one that pages ask for",
        (f"{MATHJAX}/tex-*.js", f"{MATHJAX}/mml-*.js"),
        lambda path: path.name == "tex-chtml.js",
    ),
    Rule("drawings that pictures were made from", ("otterwiki/static/*.xcf",)),
)


def is_metadata(path: PurePosixPath) -> bool:
    """Whether it belongs to a distribution's description."""
    return path.parts[0].endswith(".dist-info")


def leave_out(folder: Path, rules: tuple[Rule, ...] = RULES) -> list[LeftOut]:
    """Remove what the rules name, and folders that became empty; the first rule that matches counts.
    Raises PackageError when a distribution or an entry point was lost."""
    before = tree.installed(folder)
    taken: dict[str, list[int]] = {rule.reason: [] for rule in rules}
    for path in tree.files(folder):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        rule = next((rule for rule in rules if not is_metadata(inside) and rule.matches(inside)), None)
        if rule is not None:
            taken[rule.reason].append(path.lstat().st_size)
            path.unlink()
    remove_empty_folders(folder)
    check_installed(folder, before)
    return [LeftOut(reason, len(sizes), sum(sizes)) for reason, sizes in taken.items()]


def check_machine(folder: Path, name: str) -> None:
    """Raises PackageError when a shared object is for another processor (`name`: as targets are named)."""
    objects = (path for path in tree.files(folder) if ".so" in path.name and not path.is_symlink())
    strange = [path.name for path in objects if elf.machine(path.read_bytes()) not in (None, name)]
    if strange:
        raise PackageError(f"{strange[0]} is not for {name}: see which wheel it came from, and lock another.")


def strip(folder: Path) -> LeftOut:
    """Take the symbol tables out of shared objects; those below *.libs/ were worked over by auditwheel and
    stay."""
    saved = []
    for path in tree.files(folder):
        if path.is_symlink() or ".so" not in path.name or path.relative_to(folder).parts[0].endswith(".libs"):
            continue
        data = path.read_bytes()
        smaller = elf.stripped(data)
        if len(smaller) < len(data):
            path.write_bytes(smaller)
            saved.append(len(data) - len(smaller))
    return LeftOut("symbol tables of shared objects", len(saved), sum(saved))


def remove_empty_folders(folder: Path) -> None:
    """From the deepest upwards; the folder itself stays."""
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()


def check_installed(folder: Path, before: tree.Installed) -> None:
    """Raises PackageError unless the same distributions and entry points are there as before."""
    after = tree.installed(folder)
    if after != before:
        lost = ", ".join(sorted(set(before.names) - set(after.names))) or "entry points"
        raise PackageError(f"Leaving out took {lost}: no rule may touch a *.dist-info.")
