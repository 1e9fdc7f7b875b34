"""Making a backup: into a file, or into whatever takes bytes."""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Protocol

from gateway.backup import layout
from gateway.backup.layout import Manifest, Part
from gateway.backup.snapshot import Progress, Snapshot, snapshot
from gateway.settings import Settings
from wiki_app.errors import InvalidInput, Unavailable

Clock = Callable[[], datetime]
BLOCK = 1 << 20
"""Bytes in memory at a time."""


class Sink(Protocol):
    """Takes the archive's bytes in order; it is never asked to go back."""

    def write(self, data: bytes, /) -> int:
        """Take all of it."""
        ...

    def flush(self) -> None:
        """Called by the zip format's writer."""
        ...


@dataclass(frozen=True)
class BackupReport:
    """What was kept: `size` in bytes; `edits` are names of files that the owner has not committed."""

    commit: str
    refs: int
    pages: int
    size: int
    parts: tuple[str, ...]
    edits: tuple[str, ...]


def create_backup(
    settings: Settings,
    target: Path,
    *,
    with_embeddings: bool = False,
    progress: Progress = lambda _: None,
    clock: Clock = lambda: datetime.now(UTC),
) -> BackupReport:
    """Writes the archive `target` (mode 0600), which appears when it is complete, beside a running server.

    Raises InvalidInput (no wiki, `target` exists), Unavailable (cannot be read or written).
    """
    if target.exists():
        raise InvalidInput(f"{target} exists already: name another file with --to.")
    try:
        handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}-")
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with (
            os.fdopen(handle, "wb") as file,
            snapshot(settings, progress, edits=True, embeddings=with_embeddings) as taken,
        ):
            report = write_archive(taken, file, progress, clock)
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(target)
    except OSError as error:
        raise Unavailable(f"The backup could not be written to {target}: {error.strerror}.") from error
    finally:
        Path(name).unlink(missing_ok=True)
    return report


def write_archive(taken: Snapshot, sink: Sink, progress: Progress, clock: Clock) -> BackupReport:
    """The archive's bytes into `sink`, with a few megabytes in memory at most."""
    counted = _Counted(sink)
    parts: dict[str, Part] = {}
    now = clock().astimezone(UTC)
    with zipfile.ZipFile(counted, "w") as archive:  # type: ignore[call-overload]  # it only writes
        for name, file in sorted(taken.files.items()):
            parts[name] = _add(archive, name, _blocks(file), now, packed=True)
        progress("Writing the repository with its history")
        parts[layout.BUNDLE] = _add(archive, layout.BUNDLE, taken.frozen.bundle(), now, packed=False)
        manifest = Manifest(
            layout.FORMAT,
            _version(),
            f"{now:%Y-%m-%dT%H:%M:%SZ}",
            taken.frozen.branch,
            taken.frozen.commit,
            taken.frozen.refs,
            parts,
        )
        _add(archive, layout.MANIFEST, [manifest.text()], now, packed=True)
    listed = taken.frozen.git.run("ls-tree", "-r", "-z", "--name-only", taken.frozen.commit)
    return BackupReport(
        commit=taken.frozen.commit,
        refs=len(taken.frozen.refs),
        pages=sum(name.endswith(b".md") for name in listed.split(b"\0")),
        size=counted.size,
        parts=tuple(sorted(parts)),
        edits=tuple(taken.edits),
    )


class _Counted:
    """A sink that knows how much it got. Without `tell` and `seek`, zipfile writes sizes after the data."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.size = 0

    def write(self, data: bytes) -> int:
        self._sink.write(data)
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        self._sink.flush()


def _add(
    archive: zipfile.ZipFile, name: str, blocks: Iterable[bytes], now: datetime, *, packed: bool
) -> Part:
    """One member; a git bundle is compressed already."""
    member = zipfile.ZipInfo(name, now.timetuple()[:6])
    member.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    member.external_attr = 0o600 << 16
    digest, size = sha256(), 0
    with archive.open(member, "w", force_zip64=True) as file:
        for block in blocks:
            file.write(block)
            digest.update(block)
            size += len(block)
    return Part(size, digest.hexdigest())


def _blocks(file: Path) -> Iterator[bytes]:
    opened: IO[bytes]
    with file.open("rb") as opened:
        while block := opened.read(BLOCK):
            yield block


def _version() -> str:
    try:
        return version("wikibot")
    except PackageNotFoundError:  # run from its source alone
        return "unknown"
