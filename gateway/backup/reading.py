"""Reading an archive: nothing of it is believed before sizes and hashes fit the manifest.

Members are read by their known names alone, so a name in the archive never becomes a path.
"""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gateway.backup.layout import LARGEST_MANIFEST, MANIFEST, Manifest, Part, read_manifest
from wiki_app.errors import InvalidInput

BLOCK = 1 << 20
# What zipfile raises for members that are damaged, cut off, encrypted or packed in a way it does not know.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, KeyError)


@dataclass(frozen=True)
class Archive:
    """An opened one; its parts are not checked yet."""

    path: Path
    manifest: Manifest
    file: zipfile.ZipFile

    def unpack(self, folder: Path) -> dict[str, Path]:
        """Writes every part into `folder` and checks it. Raises InvalidInput for the first that is wrong."""
        return {name: self._unpack(name, part, folder / name) for name, part in self.manifest.parts.items()}

    def _unpack(self, name: str, part: Part, target: Path) -> Path:
        digest, size = sha256(), 0
        with _told(self.path), self.file.open(name) as source, target.open("xb") as written:
            target.chmod(0o600)
            while size <= part.size and (block := source.read(BLOCK)):
                written.write(block)
                digest.update(block)
                size += len(block)
        if size != part.size or digest.hexdigest() != part.sha256:
            raise InvalidInput(
                f"{self.path} is damaged: {name} is not what the manifest says. Take another copy."
            )
        return target


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The archive of a backup. Raises InvalidInput for what is none, incomplete, or of a newer version."""
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}: name the archive that wikibot backup has written.")
    with _told(path):
        file = zipfile.ZipFile(path)
    with file:
        names = file.namelist()
        if MANIFEST not in names or file.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise InvalidInput(f"{path} is no backup of a wikibot: it has no manifest.")
        with _told(path):
            data = file.read(MANIFEST)
        manifest = read_manifest(data)
        if sorted(names) != sorted([MANIFEST, *manifest.parts]):
            raise InvalidInput(
                f"{path} is no backup of a wikibot: it holds other files than its manifest names."
            )
        yield Archive(path, manifest, file)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise InvalidInput(f"{path} is no whole backup: it is cut off, damaged or something else.") from error
