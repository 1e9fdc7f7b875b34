"""The unpacked package: its files, what is installed in it, how large its parts are."""

from collections import Counter
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path


def files(tree: Path) -> list[Path]:
    """All files and links, sorted by path; folders are not named."""
    return sorted(path for path in tree.rglob("*") if path.is_symlink() or path.is_file())


def size(tree: Path) -> int:
    """Bytes of all files; a link counts nothing."""
    return sum(path.lstat().st_size for path in files(tree) if not path.is_symlink())


def parts(*trees: Path) -> list[tuple[str, int]]:
    """The top-level names with their bytes, largest first."""
    sizes: Counter[str] = Counter()
    for tree in trees:
        for path in files(tree):
            sizes[path.relative_to(tree).parts[0]] += path.lstat().st_size
    return sorted(sizes.items(), key=lambda part: (-part[1], part[0]))


@dataclass(frozen=True)
class Installed:
    """What `importlib.metadata` finds: must be the same before and after anything is left out."""

    names: tuple[str, ...]
    entry_points: int


def installed(tree: Path) -> Installed:
    """The distributions in this folder and their entry points."""
    found = list(distributions(path=[str(tree)]))
    return Installed(
        tuple(sorted(dist.metadata["Name"] for dist in found)), sum(len(dist.entry_points) for dist in found)
    )
