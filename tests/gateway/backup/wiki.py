"""What the tests know of the wiki that they keep and bring back."""

import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.backup import BackupReport, Restored, create_backup, restore_backup
from gateway.settings import Settings, load_settings

PASSWORD = "correct horse battery"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Wiki:
    """`token` and `session` are the secrets as their holders have them."""

    settings: Settings
    token: str
    session: str

    @property
    def repository(self) -> Path:
        return self.settings.repository


def kept(wiki: Wiki, archive: Path, *, with_embeddings: bool = False) -> BackupReport:
    return create_backup(wiki.settings, archive, with_embeddings=with_embeddings, clock=lambda: NOON)


def restored(archive: Path, data: Path, *, replace: bool = False) -> Restored:
    return restore_backup(archive, load_settings(data=data), replace=replace, clock=lambda: NOON)


def members(archive: Path) -> dict[str, bytes]:
    """Everything in an archive."""
    with zipfile.ZipFile(archive) as file:
        return {name: file.read(name) for name in file.namelist()}


def packed(archive: Path, contents: dict[str, bytes]) -> Path:
    """An archive of our own making."""
    with zipfile.ZipFile(archive, "w") as file:
        for name, data in contents.items():
            file.writestr(name, data)
    return archive


def everything(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
