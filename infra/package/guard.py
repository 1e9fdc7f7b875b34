"""No package leaves that AWS would refuse."""

from collections.abc import Iterable
from pathlib import Path

from infra.package import tree
from infra.package.errors import PackageError
from infra.package.target import MIB

SHOWN = 20


def mib(size: int) -> str:
    """Bytes as people compare them with AWS's limit."""
    return f"{size / MIB:.1f} MiB"


def table(rows: Iterable[tuple[str, int]]) -> str:
    """Names and sizes below each other."""
    listed = list(rows)
    width = max((len(name) for name, _ in listed), default=0)
    return "\n".join(f"  {name:<{width}}  {mib(size):>10}" for name, size in listed)


def check_size(limit: int, *trees: Path) -> int:
    """The bytes of all trees. Raises PackageError with the largest parts when they are over the limit."""
    total = sum(tree.size(folder) for folder in trees)
    if total > limit:
        raise PackageError(
            f"The package has {mib(total)} unzipped, {mib(total - limit)} over its limit of {mib(limit)}: "
            "leave more out (infra/package/leave_out.py). Its largest parts:\n"
            f"{table(tree.parts(*trees)[:SHOWN])}"
        )
    return total
