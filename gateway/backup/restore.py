"""Putting a backup in place: everything is built and checked beside the wiki, then renamed into it.

As docs/decisions/0007 has it for imports: who interrupts a restore, or gives it a wrong archive, finds what
was there before. What it replaces is kept in one dated folder.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.backup import layout
from gateway.backup.frozen import PATIENCE, read_refs
from gateway.backup.kept_settings import KeptSettings, read_settings
from gateway.backup.layout import Manifest
from gateway.backup.reading import open_archive
from gateway.settings import Settings
from search.database import generation, generations
from wiki_app.accounts import WikiAccounts
from wiki_app.errors import Conflict, InvalidInput, Unavailable
from wiki_app.gitcommand import Git, GitFailed
from wiki_app.import_sources import keep_bytes, markdown_names, remove
from wiki_app.repository import Repository
from wiki_app.working_files import WorkingFiles

Progress = Callable[[str], None]
Clock = Callable[[], datetime]
REPOSITORY = "repository"
DATABASES = (layout.WIKI, layout.AUTH, layout.EMBEDDINGS)
JOURNALS = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Restored:
    """What came back. `edits_kept`: the owner's uncommitted edits are in the working files again (None: there
    were none, False: the patch lies in the data folder). `replaced` is where the old wiki is kept."""

    manifest: Manifest
    pages: int
    settings: KeptSettings
    edits_kept: bool | None
    replaced: Path | None


def restore_backup(
    archive: Path,
    settings: Settings,
    *,
    replace: bool = False,
    progress: Progress = lambda _: None,
    clock: Clock = lambda: datetime.now(UTC),
) -> Restored:
    """Makes the wiki of `settings.data` anew from an archive. No server may run on it meanwhile.

    Raises InvalidInput (a wrong archive), Conflict (there are pages or accounts and not `replace`),
    Unavailable (no room, no right to write); the data folder is then as it was.
    """
    with open_archive(archive) as opened:
        if not replace:
            _check_free(settings)
        with _workshop(settings.data) as folder:
            progress(f"Checking {archive}")
            (folder / "parts").mkdir()
            parts = opened.unpack(folder / "parts")
            kept = read_settings(parts[layout.SETTINGS].read_bytes())
            progress("Making the repository and its working files")
            built = folder / "new"
            built.mkdir()
            pages = _build(built / REPOSITORY, parts[layout.BUNDLE], opened.manifest)
            edits = _edits(built, parts)
            for name in DATABASES:
                if name in parts:
                    parts[name].rename(built / name)
            replaced = _put(built, settings.data, f"replaced-{clock():%Y%m%dT%H%M%SZ}")
    return Restored(opened.manifest, pages, kept, edits, replaced)


def _check_free(settings: Settings) -> None:
    pages = _pages(settings.repository)
    accounts = WikiAccounts(settings.database)
    try:
        people = len(accounts.all())
    finally:
        accounts.close()
    if pages or people:
        raise Conflict(
            f"{settings.data} holds a wiki with {pages} pages and {people} accounts: restore into another"
            " --data folder, or say --replace (the old one is kept beside it).",
            pages=pages,
        )


def _pages(path: Path) -> int:
    if not (path / ".git").exists():
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise Conflict(f"{path} holds files that are no wiki: move them away first.")
        return 0
    repository = Repository.open(path)
    try:
        return len(markdown_names(repository.snapshot()))
    finally:
        repository.close()


@contextmanager
def _workshop(data: Path) -> Iterator[Path]:
    """A folder on the same file system as the wiki, gone at the end; so is a data folder that it made."""
    new = not data.exists()
    try:
        data.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=data))
    except OSError as error:
        raise InvalidInput(f"The data folder {data} cannot be used: {error.strerror}.") from error
    try:
        yield folder
    except OSError as error:
        raise Unavailable(f"The backup could not be restored into {data}: {error.strerror}.") from error
    finally:
        remove(folder)
        if new and not any(data.iterdir()):
            data.rmdir()


def _build(target: Path, bundle: Path, manifest: Manifest) -> int:
    """The repository with every reference of the manifest; how many pages it has. Raises InvalidInput."""
    target.mkdir()
    git = Git(target)
    try:
        git.run("init", "--quiet", "--template=")
        git.run("symbolic-ref", "HEAD", manifest.branch)
        git.run(
            *("fetch", "--quiet", "--no-tags", "--update-head-ok", "--no-write-fetch-head"),
            *(str(bundle.absolute()), "+refs/*:refs/*"),
            timeout=PATIENCE,
        )
        git.run("fsck", "--connectivity-only", "--no-dangling", "--no-progress", timeout=PATIENCE)
    except GitFailed as error:
        raise InvalidInput(f"The repository in the backup cannot be read: {error.message}") from error
    if read_refs(git) != dict(manifest.refs):
        raise InvalidInput("The repository in the backup is not the one that its manifest names.")
    repository = Repository.open(target)
    try:
        snapshot = repository.snapshot()
        keep_bytes(target, snapshot)
        WorkingFiles(repository, git).open()
        return len(markdown_names(snapshot))
    finally:
        repository.close()


def _edits(built: Path, parts: dict[str, Path]) -> bool | None:
    """The owner's uncommitted edits back into the working files; a patch beside them if they do not fit."""
    if layout.EDITS not in parts:
        return None
    patch = parts[layout.EDITS].absolute()
    try:
        Git(built / REPOSITORY).run("apply", "--whitespace=nowarn", str(patch), timeout=PATIENCE)
    except GitFailed:
        patch.rename(built / layout.EDITS)
        return False
    return True


def _put(built: Path, data: Path, dated: str) -> Path | None:
    """Everything new into `data`, what stood in its place into `data/dated`; all of it, or nothing."""
    new = sorted(path.name for path in built.iterdir())
    old = [name for name in _replaced(new, data) if os.path.lexists(data / name)]
    aside = data / dated
    moves = [(data / name, aside / name) for name in old] + [(built / name, data / name) for name in new]
    done: list[tuple[Path, Path]] = []
    aside.mkdir()
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        aside.rmdir()
        raise
    if old:
        return aside
    aside.rmdir()
    return None


def _replaced(new: list[str], data: Path) -> Iterator[str]:
    """Accounts and tokens belong to the wiki that goes; embeddings are found by their text and may stay."""
    yield REPOSITORY
    yield layout.EDITS
    databases = [layout.WIKI, layout.AUTH]
    if layout.EMBEDDINGS in new:
        vectors = data / layout.EMBEDDINGS
        databases += [generation(vectors, number).name for number in generations(vectors)]
    for name in databases:
        yield from (f"{name}{journal}" for journal in JOURNALS)
