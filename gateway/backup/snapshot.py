"""The wiki at one moment, while a server goes on writing: the repository frozen, copies of the databases."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from gateway.backup import databases, layout
from gateway.backup.frozen import Frozen, freeze, save_edits
from gateway.backup.kept_settings import kept_settings
from gateway.settings import Settings, set_outside
from search.database import generation, generations
from wiki_app.errors import Unavailable
from wiki_app.preferences import Preferences
from wiki_app.store import Store

Progress = Callable[[str], None]
TRIES = 20
"""How often the repository is looked at anew because somebody pushed meanwhile."""


@dataclass(frozen=True)
class Snapshot:
    """The wiki at one moment, in a folder of its own: the repository frozen, the other parts as files."""

    frozen: Frozen
    files: dict[str, Path]
    edits: list[str]

    def fingerprint(self) -> str:
        """Changes when a reference or a database has changed."""
        kept = [self.files[name] for name in (layout.WIKI, layout.AUTH) if name in self.files]
        return sha256(f"{self.frozen.fingerprint()}{databases.fingerprint(kept)}".encode()).hexdigest()


@contextmanager
def snapshot(
    settings: Settings, progress: Progress, *, edits: bool = False, embeddings: bool = False
) -> Iterator[Snapshot]:
    """The wiki as it is now. Copies of the databases lie in a temporary folder until the end.

    `edits`: the owner's uncommitted ones too, for which writers wait a moment.
    """
    with tempfile.TemporaryDirectory(prefix="wikibot-backup-") as name:
        folder = Path(name)
        files: dict[str, Path] = {}
        progress("Copying the databases")
        secrets = _copy_databases(settings, folder, files, embeddings=embeddings)
        (folder / layout.SETTINGS).write_bytes(kept_settings(set_outside(), secrets).text())
        files[layout.SETTINGS] = folder / layout.SETTINGS
        names: list[str] = []
        if edits:
            progress("Looking for edits that are not committed")
            frozen, names = _freeze_with_edits(settings, folder)
        else:
            frozen = freeze(settings.repository, folder / "frozen")
        if names:
            files[layout.EDITS] = folder / layout.EDITS
        yield Snapshot(frozen, files, names)


def _copy_databases(
    settings: Settings, folder: Path, files: dict[str, Path], *, embeddings: bool
) -> list[str]:
    """The databases that exist, into `folder`; the names of the secrets that were left out."""
    secrets: list[str] = []
    if settings.database.exists():
        files[layout.WIKI] = folder / layout.WIKI
        secrets = databases.copy_wiki(settings.database, files[layout.WIKI])
    if settings.auth_database.exists():
        files[layout.AUTH] = folder / layout.AUTH
        databases.copy_auth(settings.auth_database, files[layout.AUTH])
    vectors = settings.data / layout.EMBEDDINGS
    if embeddings and (found := generations(vectors)):
        files[layout.EMBEDDINGS] = folder / layout.EMBEDDINGS
        databases.copy_database(generation(vectors, found[-1]), files[layout.EMBEDDINGS])
    return secrets


def _freeze_with_edits(settings: Settings, folder: Path) -> tuple[Frozen, list[str]]:
    """The repository, and the working files against that very commit, while our own writers wait."""
    if not (settings.repository / ".git").exists():
        freeze(settings.repository, folder)  # raises the sentence
    with (
        closing(Preferences(settings.database, settings.otterwiki)) as preferences,
        closing(Store.open(settings.data, settings.cache_folder, preferences.rules, index_delay=0)) as store,
        store.exclusive(),
    ):
        for number in range(TRIES):
            before = store.repository.head()
            store.changed_outside()
            frozen = freeze(settings.repository, folder / f"frozen-{number}")
            if frozen.commit == before:
                return frozen, save_edits(frozen, settings.repository, folder / layout.EDITS)
    raise Unavailable("Somebody pushes to the wiki all the time: try again when it is quieter.")
