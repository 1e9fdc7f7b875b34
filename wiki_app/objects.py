"""Git's trees and commits as plain data, and their exact bytes (gitformat-pack, git-commit-tree).

Trees and commits are read and written as bytes of our own, not through libgit2's objects: names that are
not UTF-8, empty authors and broken headers of old histories then do no harm, and a directory of
thousands of entries costs two milliseconds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

FILE = 0o100644
EXECUTABLE = 0o100755
SYMLINK = 0o120000
SUBMODULE = 0o160000
DIRECTORY = 0o040000

_TREE_ENTRY = re.compile(rb"(\d+) ([^\0]+)\0(.{20})", re.DOTALL)
_IDENTITY = re.compile(r"^(.*?) ?<([^>]*)>[^\d+-]*(-?\d+)?(?: ([+-]\d{4}))?")
_UNWANTED = re.compile(r"[\x00-\x1f\x7f<>]+")
_LONGEST_OFFSET_MINUTES = 24 * 60


class Entry(NamedTuple):
    """A file of a tree: path from the root, git's mode, blob id (40 hex)."""

    path: str
    mode: int
    blob: str


class Node(NamedTuple):
    """What a name in one directory stands for."""

    mode: int
    oid: str


Tree = Mapping[str, Node]


@dataclass(frozen=True)
class Author:
    """Who wrote a revision; both parts may be empty."""

    name: str
    email: str


@dataclass(frozen=True)
class CommitInfo:
    """A commit's header and message; times are aware, ids 40 hex."""

    revision: str
    parents: tuple[str, ...]
    tree: str
    author: Author
    authored: datetime
    committed: datetime
    message: str


def parse_tree(data: bytes) -> dict[str, Node]:
    """The names of one directory, in git's order."""
    return {
        name.decode("utf-8", "surrogateescape"): Node(int(mode, 8), oid.hex())
        for mode, name, oid in _TREE_ENTRY.findall(data)
    }


def _git_order(item: tuple[str, Node]) -> bytes:
    name, node = item
    raw = name.encode("utf-8", "surrogateescape")
    return raw + b"/" if node.mode == DIRECTORY else raw


def sort_tree(tree: Tree) -> dict[str, Node]:
    """The same names in git's order: by bytes, directories as if they ended in a slash."""
    return dict(sorted(tree.items(), key=_git_order))


def format_tree(tree: Tree) -> bytes:
    """The bytes of a tree object, of names that are in git's order already."""
    return b"".join(
        b"%o %s\0%s" % (node.mode, name.encode("utf-8", "surrogateescape"), bytes.fromhex(node.oid))
        for name, node in tree.items()
    )


def _zone(text: str | None) -> timezone:
    digits = text or "+0000"
    minutes = int(digits[1:3]) * 60 + int(digits[3:5])
    if minutes >= _LONGEST_OFFSET_MINUTES:
        return UTC
    return timezone(timedelta(minutes=-minutes if digits[0] == "-" else minutes))


def parse_identity(text: str) -> tuple[Author, datetime]:
    """`Name <mail> seconds zone`; what cannot be read becomes empty, or the epoch."""
    match = _IDENTITY.match(text)
    if match is None:
        return Author(text.strip(), ""), datetime.fromtimestamp(0, UTC)
    name, email, seconds, zone = match.groups()
    try:
        when = datetime.fromtimestamp(int(seconds or 0), _zone(zone))
    except (OverflowError, ValueError, OSError):
        when = datetime.fromtimestamp(0, UTC)
    return Author(name, email), when


def parse_commit(revision: str, data: bytes) -> CommitInfo:
    """A commit object's bytes; the message keeps its trailing newline."""
    head, _, body = data.partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    encoding = "utf-8"
    for raw in head.split(b"\n"):
        key, _, value = raw.decode("utf-8", "replace").partition(" ")
        fields.setdefault(key, []).append(value)
    if "encoding" in fields:
        encoding = fields["encoding"][0]
    author, authored = parse_identity(fields.get("author", [""])[0])
    _, committed = parse_identity(fields.get("committer", [""])[0])
    return CommitInfo(
        revision=revision,
        parents=tuple(fields.get("parent", [])),
        tree=fields.get("tree", [""])[0],
        author=author,
        authored=authored,
        committed=committed,
        message=_decode(body, encoding),
    )


def _decode(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding, "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _identity(author: Author, when: datetime) -> str:
    name = " ".join(_UNWANTED.sub(" ", author.name).split())
    email = "".join(_UNWANTED.sub("", author.email).split())
    return f"{name} <{email}> {int(when.timestamp())} {when:%z}"


def format_commit(
    tree: str, parents: tuple[str, ...], author: Author, committer: Author, when: datetime, message: str
) -> bytes:
    """The bytes of a commit object. Control characters and angle brackets are taken out of the names,
    which git could not read back; libgit2 refuses empty names, git does not.
    """
    lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {_identity(author, when)}", f"committer {_identity(committer, when)}", "", ""]
    return ("\n".join(lines) + message.replace("\0", "")).encode("utf-8", "replace")
