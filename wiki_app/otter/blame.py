"""`git blame`, read from its porcelain format. libgit2's own takes a hundred times longer (STORE.md)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from wiki_app.otter.attribution import attribution
from wiki_app.otter.records import SHORT
from wiki_app.repository import CommitInfo

Row = tuple[str, str, datetime, int, str | bytes, str]
"""(short revision, author, time, line number from 1, line, message)."""


def rows(porcelain: bytes, info: Callable[[str], CommitInfo]) -> Iterator[Row]:
    """One row a line of the file. A line that is no UTF-8 stays bytes, as GitPython leaves it."""
    commits: dict[str, CommitInfo] = {}
    revision, number = "", 0
    for line in porcelain.split(b"\n"):
        if line.startswith(b"\t"):
            commit = commits.get(revision) or commits.setdefault(revision, info(revision))
            number += 1
            name, message = attribution(commit.author, commit.message)
            yield revision[:SHORT], name, commit.authored, number, _text(line[1:]), message
        elif _is_header(line):
            revision = line[:40].decode()


def _is_header(line: bytes) -> bool:
    # "<40 hex> <line there> <line here>[ <lines of the group>]"; all other lines start with a keyword.
    head, _, rest = line.partition(b" ")
    return len(head) == 40 and rest[:1].isdigit() and all(digit in b"0123456789abcdef" for digit in head)


def _text(line: bytes) -> str | bytes:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line
