"""`git log --raw` as records: the whole history with its changes, renames and merges in one pass."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

COMMAND = (
    # The repository's own configuration must not change what is printed.
    *("log", "--raw", "-z", "-M", "-c", "--no-abbrev", "--root", "--no-show-signature", "--no-notes"),
    *("--no-color", "--no-relative", "-O/dev/null", "--ignore-submodules=none", "--encoding=UTF-8"),
    "--date=raw",
    "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%cd%x00%B%x00",
)
"""-M finds renames, -c shows what a merge has of its own (STORE.md section 4)."""

_HEADER = 7
_STATUS = {"A": "A", "C": "A", "D": "D", "M": "M", "T": "M", "R": "R"}


class LoggedChange(NamedTuple):
    """`blob` is None for a deletion, `old` the former path of a renamed file (status R)."""

    path: bytes
    status: str
    blob: bytes | None
    old: bytes | None = None


class LoggedCommit(NamedTuple):
    """Ids are bytes, times (seconds, minutes east of Greenwich)."""

    revision: bytes
    parents: tuple[bytes, ...]
    name: str
    email: str
    authored: tuple[int, int]
    committed: tuple[int, int]
    message: str
    changes: list[LoggedChange]


def parse(blocks: Iterable[bytes]) -> Iterator[LoggedCommit]:
    """The commits in the order that git prints them, from its output cut anywhere."""
    tokens = _tokens(blocks)
    commit: LoggedCommit | None = None
    for padded in tokens:
        token = padded.lstrip(b"\n")  # git sets changes, but not those of merges, off by an empty line
        if token.startswith(b":"):
            assert commit is not None
            commit.changes.append(_change(token, tokens))
        elif token:
            if commit is not None:
                yield commit
            commit = _commit(token, tokens)
    if commit is not None:
        yield commit


def _tokens(blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _commit(revision: bytes, tokens: Iterator[bytes]) -> LoggedCommit:
    parents, name, email, authored, committed, message = (next(tokens) for _ in range(_HEADER - 1))
    return LoggedCommit(
        revision=bytes.fromhex(revision.decode()),
        parents=tuple(bytes.fromhex(parent) for parent in parents.decode().split()),
        name=name.decode("utf-8", "replace"),
        email=email.decode("utf-8", "replace"),
        authored=_date(authored),
        committed=_date(committed),
        message=message.decode("utf-8", "replace"),
        changes=[],
    )


def _change(token: bytes, tokens: Iterator[bytes]) -> LoggedChange:
    """`:mode mode id id status`, with one colon, mode and id more for each parent of a merge (git-diff,
    "Raw output format" and "diff format for merges").
    """
    fields = token.decode("ascii").lstrip(":").split(" ")
    parents = token.count(b":")
    letters = fields[-1]
    path = next(tokens)
    if parents > 1:
        return LoggedChange(path, _merged(letters), _blob(fields[2 * parents + 1]))
    status = _STATUS.get(letters[0], "M")
    if letters[0] in "RC":
        old, path = path, next(tokens)
        return LoggedChange(path, status, _blob(fields[3]), old if status == "R" else None)
    return LoggedChange(path, status, _blob(fields[3]))


def _merged(letters: str) -> str:
    first = letters[0]
    return first if first in "AD" and letters == first * len(letters) else "M"


def _blob(oid: str) -> bytes | None:
    return bytes.fromhex(oid) if oid.strip("0") else None


def _date(raw: bytes) -> tuple[int, int]:
    """git's raw form, `seconds +hhmm`; broken headers are printed empty or with what was there."""
    seconds, _, zone = raw.decode("ascii", "replace").partition(" ")
    try:
        minutes = int(zone[1:3]) * 60 + int(zone[3:5])
        return int(seconds), -minutes if zone[0] == "-" else minutes
    except (ValueError, IndexError):
        return 0, 0
