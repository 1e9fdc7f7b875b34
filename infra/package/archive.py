"""Zip files that depend on nothing but their content: sorted, without times, owners or the writer's umask."""

import hashlib
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from infra.package import tree

TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
UNIX, LEVEL = 3, 6


@dataclass(frozen=True)
class Archive:
    """A written zip. `sha256` is the file's own; `content` is that of names, modes and contents, the same
    whatever version of zlib pressed it. `unzipped`: bytes."""

    name: str
    size: int
    unzipped: int
    files: int
    sha256: str
    content: str


def mode(path: Path) -> int:
    """Links as links; what its owner may execute, all may; all may read (Lambda runs as a user of its
    own)."""
    found = path.lstat().st_mode
    if stat.S_ISLNK(found):
        return stat.S_IFLNK | 0o777
    return stat.S_IFREG | (0o755 if found & stat.S_IXUSR else 0o644)


def entry(name: str, file_mode: int) -> zipfile.ZipInfo:
    """The zip's row for one file or folder (whose name ends with a slash)."""
    info = zipfile.ZipInfo(name, TIME)
    info.create_system = UNIX
    info.external_attr = file_mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def write_zip(folder: Path, target: Path) -> Archive:
    """All files below the folder, and folders that hold none."""
    digest, paths = hashlib.sha256(), tree.files(folder)
    empty = [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())]
    with zipfile.ZipFile(target, "w", compresslevel=LEVEL) as written:
        for path in sorted(empty):
            written.writestr(entry(f"{path.relative_to(folder).as_posix()}/", stat.S_IFDIR | 0o755), b"")
        for path in paths:
            name, data = path.relative_to(folder).as_posix(), content(path)
            written.writestr(entry(name, mode(path)), data, compresslevel=LEVEL)
            digest.update(f"{name}\0{mode(path):o}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    pressed = target.read_bytes()
    return Archive(
        name=target.name,
        size=len(pressed),
        unzipped=tree.size(folder),
        files=len(paths),
        sha256=hashlib.sha256(pressed).hexdigest(),
        content=digest.hexdigest(),
    )


def content(path: Path) -> bytes:
    """A file's bytes; a link's target."""
    return str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()


def unpack(archive: Path, folder: Path) -> None:
    """As Lambda does it: with links and the right to execute (`zipfile.extractall` loses both)."""
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            path, file_mode = folder / info.filename, info.external_attr >> 16
            if info.is_dir():
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISLNK(file_mode):
                path.symlink_to(packed.read(info).decode())
            else:
                path.write_bytes(packed.read(info))
                path.chmod(stat.S_IMODE(file_mode))
