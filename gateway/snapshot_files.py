"""The files of one snapshot: copied whole, with a manifest by which a reader notices what is not."""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

FORMAT = 1
BLOCK = 1 << 20
MANIFEST, CATALOG, KEYWORDS, VECTORS = "manifest.json", "catalog.db", "keywords.db", "vectors.faiss"

log = logging.getLogger("wikibot.snapshots")


class Unusable(Exception):
    """A snapshot that is not what its manifest says, or none for this repository."""


@dataclass(frozen=True)
class Manifest:
    """`commit` of the catalog; of each file what it answers for (`states`), its size and its checksum."""

    commit: str
    states: Mapping[str, str]
    sizes: Mapping[str, int]
    checksums: Mapping[str, str]
    format: int = FORMAT


def write(work: Path, aside: Path, states: Mapping[str, str]) -> None:
    """A new folder with the files of `work` that `states` names, and their manifest, all on the disk."""
    aside.mkdir()
    sizes, checksums = {}, {}
    for name in states:
        sizes[name], checksums[name] = _copy(work / name, aside / name, lasting=True)
    manifest = Manifest(states[CATALOG], dict(states), sizes, checksums)
    with (aside / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file)
        file.flush()
        os.fsync(file.fileno())
    sync(aside)


def _copy(source: Path, target: Path, *, lasting: bool) -> tuple[int, str]:
    """The size and the checksum of what was copied; `lasting`: it is on the disk when this returns."""
    digest, size = blake2b(digest_size=32), 0
    with source.open("rb") as old, target.open("wb") as new:
        while block := old.read(BLOCK):
            digest.update(block)
            size += new.write(block)
        new.flush()
        if lasting:
            os.fsync(new.fileno())
    return size, digest.hexdigest()


def copy_verified(source: Path, target: Path, manifest: Manifest) -> None:
    """Raises Unusable when a byte is not as it was published."""
    name = source.name
    try:
        copied = _copy(source, target, lasting=False)
    except FileNotFoundError as error:
        raise Unusable(name) from error
    if copied != (manifest.sizes[name], manifest.checksums.get(name)):
        log.warning("%s is torn or was changed: its checksum does not fit", source)
        raise Unusable(name)


def manifest_of(folder: Path) -> Manifest:
    """Raises Unusable."""
    try:
        found = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
        known = found.format == FORMAT and set(found.sizes) <= {CATALOG, KEYWORDS, VECTORS}
    except (OSError, ValueError, TypeError) as error:
        log.warning("the snapshot %s cannot be read: %s", folder.name, error)
        raise Unusable(folder.name) from error
    if not known:
        raise Unusable(folder.name)
    return found


def state_of_vectors(file: Path) -> str | None:
    """The end of the vectors' file is its own checksum (search/snapshot.py)."""
    try:
        with file.open("rb") as handle:
            handle.seek(-32, os.SEEK_END)
            return handle.read().hex()
    except OSError:
        return None


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """One process of all machines at a time; the lock ends with the process that holds it."""
    folder.mkdir(exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def sweep(left: Iterable[Path]) -> None:
    """What a killed process has left behind, or what is not needed any more."""
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)


def sync(folder: Path) -> None:
    """Makes the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
