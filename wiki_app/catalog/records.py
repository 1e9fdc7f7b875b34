"""What the catalog answers with, and how it writes paths, ids and times into SQLite."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple

from wiki_app.repository import Author, CommitInfo

PAGE = ".md"
_DAY_MINUTES = 24 * 60


class PageRecord(NamedTuple):
    """A page at the view's commit.

    `key` is the file path without `.md`; `title` the frontmatter's, else the key's last segment, and
    `titled` says which; `heading` is the first one as Otter Wiki's sidebar reads it; `words` counts the
    body, `size` the bytes; `revision`, `author` and `changed` (aware, author date) belong to the newest
    commit whose change gave this file its present content. `blob` is the content's (of a symbolic link:
    the target's).
    """

    key: str
    path: str
    blob: str
    title: str
    heading: str | None
    tags: tuple[str, ...]
    category: str | None
    words: int
    size: int
    revision: str
    author: Author
    changed: datetime
    titled: bool


@dataclass(frozen=True)
class Change:
    """What a commit did to one file: `status` A, M, D or R (renamed from `old_path`), `path` its name at
    that commit, `blob` its content afterwards (None when deleted). `commit.tree` is empty.
    """

    commit: CommitInfo
    path: str
    status: str
    blob: str | None
    old_path: str | None


@dataclass(frozen=True)
class Keyed:
    """The commit of a write that had a key; `body` is the hash of what was asked."""

    commit: CommitInfo
    body: str


@dataclass(frozen=True)
class LogFilter:
    """All that are given must hold; names match in part, in any case. `since` is a commit's author date,
    `after` a full revision: what came later in the log.
    """

    author: str = ""
    agent: str = ""
    since: datetime | None = None
    after: str = ""


def pack(path: str) -> bytes:
    """A path as git has it. Never raises: a string that no path can be becomes bytes that match nothing."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def unpack(path: bytes) -> str:
    """The opposite of `pack`."""
    return path.decode("utf-8", "surrogateescape")


def pack_id(oid: str) -> bytes:
    """A git id as bytes. Raises ValueError when it is no hex."""
    return bytes.fromhex(oid)


def beyond(prefix: bytes) -> bytes:
    """The smallest byte string behind all that begin with `prefix`; longer than any path for b""."""
    bare = prefix.rstrip(b"\xff")
    return bare[:-1] + bytes([bare[-1] + 1]) if bare else b"\xff" * 5000


def key_of(path: bytes) -> bytes | None:
    """The page key of a file path, None for what Otter Wiki does not list as a page: it takes every
    file that ends in `.md`, in lower case, folders that begin with a dot included.
    """
    return path[: -len(PAGE)] if path.endswith(b".md") and not (b"/" + path).endswith(b"/.md") else None


def moment(seconds: int, zone: int) -> datetime:
    """An aware time of seconds since the epoch and minutes east of Greenwich; the epoch for what is none."""
    try:
        return datetime.fromtimestamp(seconds, _zone(zone))
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)


def instant(when: datetime) -> tuple[int, int]:
    """The opposite of `moment`."""
    offset = when.utcoffset() or timedelta()
    return int(when.timestamp()), int(offset.total_seconds() // 60)


@cache
def _zone(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes)) if 0 < abs(minutes) < _DAY_MINUTES else UTC
