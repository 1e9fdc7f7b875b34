"""A file that is whole or noticed: a header, the data, and a checksum over both."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

from search.errors import IndexDamaged

MAGIC = b"wikibot vectors 1\n"
DIGEST = 32


@dataclass(frozen=True)
class SnapshotHeader:
    """What the data is: vectors of which model, made from which commit, how many."""

    model: str
    dimensions: int
    commit: str
    count: int


def write_snapshot(file: Path, header: SnapshotHeader, payload: memoryview) -> None:
    """Replace the file in one step: whoever reads it sees the old one or the new one, after a crash too."""
    file.parent.mkdir(parents=True, exist_ok=True)
    head = MAGIC + json.dumps(asdict(header)).encode() + b"\n"
    digest = blake2b(head, digest_size=DIGEST)
    digest.update(payload)
    aside = file.with_name(f"{file.name}.{uuid4().hex}.new")
    try:
        with aside.open("wb") as handle:
            for part in (head, payload, digest.digest()):
                handle.write(part)
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
    _sync_folder(file.parent)
    _sweep(file)


def read_snapshot(file: Path) -> tuple[SnapshotHeader, memoryview]:
    """The header and the data. Raises FileNotFoundError, or IndexDamaged when a byte is not as written."""
    data = memoryview(file.read_bytes())
    body, digest = data[:-DIGEST], data[-DIGEST:]
    if bytes(data[: len(MAGIC)]) != MAGIC:
        raise IndexDamaged(f"{file.name} is not a snapshot of vectors.")
    if blake2b(body, digest_size=DIGEST).digest() != bytes(digest):
        raise IndexDamaged(f"{file.name} is torn or was changed: its checksum does not fit.")
    end = bytes(body[len(MAGIC) : len(MAGIC) + 10_000]).index(b"\n") + len(MAGIC)
    return SnapshotHeader(**json.loads(bytes(body[len(MAGIC) : end]))), body[end + 1 :]


def _sync_folder(folder: Path) -> None:
    """Makes the new name itself last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(file: Path) -> None:
    """Remove what a killed process left half written (older than the file that stands now)."""
    for left in file.parent.glob(f"{file.name}.*.new"):
        with suppress(OSError):
            if left.stat().st_mtime < file.stat().st_mtime - 60:
                left.unlink()
