"""`wikibot import`: a wiki made of a git repository, a bundle or a folder, with its history.

Everything is built in a folder beside the place where it will stand, and put there by a rename: an import
that is interrupted leaves what was there before.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wiki_app.errors import Conflict, InvalidInput
from wiki_app.gitcommand import Git
from wiki_app.import_accounts import check_accounts, copy_accounts
from wiki_app.import_sources import fetch, keep_bytes, markdown_names, remove
from wiki_app.preferences import Preferences, save_preference
from wiki_app.repository import Repository
from wiki_app.working_files import WorkingFiles

Progress = Callable[[str], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class ImportReport:
    """What an import brought. `notes` are sentences for the one who started it.

    `retain_case` says whether RETAIN_PAGE_NAME_CASE was turned on; `replaced` is where the old wiki is kept.
    """

    pages: int
    commits: int
    retain_case: bool
    notes: tuple[str, ...]
    replaced: Path | None = None


def import_wiki(
    source: Path,
    data: Path,
    *,
    replace: bool = False,
    users: Path | None = None,
    progress: Progress = lambda _: None,
    clock: Clock = lambda: datetime.now(UTC),
) -> ImportReport:
    """Makes `data/repository` of `source`. `users` is an Otter Wiki's database whose accounts come along.

    A wiki that has pages is never overwritten unless `replace` is set; then its repository is kept beside
    the new one under a dated name. No server may run on `data` meanwhile.
    Raises Conflict (there are pages), InvalidInput (nothing that can be imported).
    """
    target = data / "repository"
    _check_places(source, data, target)
    if users is not None:
        check_accounts(users)
    if not replace:
        _check_free(target)
    with _workshop(data) as folder:
        progress(f"Reading {source}")
        built = folder / "repository"
        notes = list(fetch(source, built, clock()).notes)
        report = _finish(built, source, progress)
        old = _put(built, target, data / f"repository-replaced-{clock():%Y%m%dT%H%M%SZ}")
    retain_case, more = _keep_case(data, report.capitals)
    notes += more + _about_home(report.names, retain_case=retain_case)
    if users is not None:
        notes.append(f"{copy_accounts(users, data / 'wiki.db')} accounts were taken along.")
    if old is not None:
        notes.append(f"The wiki that stood here is kept in {old}.")
    return ImportReport(len(report.names), report.commits, retain_case, tuple(notes), old)


@dataclass(frozen=True)
class _Built:
    names: list[str]
    commits: int

    @property
    def capitals(self) -> int:
        return sum(name != name.lower() for name in self.names)


def _check_places(source: Path, data: Path, target: Path) -> None:
    if (data / ".git").exists():
        raise InvalidInput(f"{data} is itself a git repository: choose another folder with --data.")
    if data.exists() and not data.is_dir():
        raise InvalidInput(f"{data} is a file: choose a folder with --data.")
    if target.exists() and source.exists() and source.resolve() in {target.resolve(), data.resolve()}:
        raise InvalidInput(f"{source} is the wiki of {data} already.")


def _check_free(target: Path) -> None:
    if not (target / ".git").exists():
        if target.exists() and any(target.iterdir()):
            raise Conflict(f"{target} holds files that are no wiki: move them away first.")
        return
    repository = Repository.open(target)
    try:
        pages = len(markdown_names(repository.snapshot()))
    finally:
        repository.close()
    if pages:
        raise Conflict(
            f"{target} holds a wiki with {pages} pages: import into another --data folder, or say --replace "
            "(the old one is kept beside it).",
            pages=pages,
        )


@contextmanager
def _workshop(data: Path) -> Iterator[Path]:
    """A folder on the same file system as the wiki, gone at the end."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".import-", dir=data))
    except OSError as error:
        raise InvalidInput(f"The data folder {data} cannot be used: {error.strerror}.") from error
    try:
        yield folder
    finally:
        remove(folder)


def _finish(built: Path, source: Path, progress: Progress) -> _Built:
    """Writes working files and index. Raises InvalidInput for a source without pages."""
    repository, git = Repository.open(built), Git(built)
    try:
        snapshot = repository.snapshot()
        names = markdown_names(snapshot)
        if not names:
            raise InvalidInput(f"{source} holds no Markdown file (*.md): there is nothing to import.")
        keep_bytes(built, snapshot)
        commits = int(git.run("rev-list", "--count", "HEAD", timeout=600))
        progress(f"Writing {len(names)} pages with {commits} commits")
        WorkingFiles(repository, git).open()
    finally:
        repository.close()
    return _Built(names, commits)


def _put(built: Path, target: Path, aside: Path) -> Path | None:
    """Puts the new repository in place of the old one; returns where that is kept, None when it was empty."""
    if not target.exists():
        built.rename(target)
        return None
    target.rename(aside)
    try:
        built.rename(target)
    except BaseException:
        aside.rename(target)
        raise
    if _is_empty(aside):
        remove(aside)
        return None
    return aside


def _is_empty(folder: Path) -> bool:
    if any(path.name != ".git" for path in folder.iterdir()):
        return False
    if not (folder / ".git").exists():
        return True
    repository = Repository.open(folder)
    try:
        return repository.head() is None
    finally:
        repository.close()


def _keep_case(data: Path, capitals: int) -> tuple[bool, list[str]]:
    """Turns RETAIN_PAGE_NAME_CASE on when the wiki needs it: Otter Wiki looks for lower-case names else."""
    database = data / "wiki.db"
    preferences = Preferences(database, {})
    try:
        already = preferences.rules().retain_case
    finally:
        preferences.close()
    if not capitals or already:
        return already, []
    save_preference(database, "RETAIN_PAGE_NAME_CASE", "True")
    return True, [f"RETAIN_PAGE_NAME_CASE was turned on: {capitals} pages have capitals in their names."]


def _about_home(names: list[str], *, retain_case: bool) -> list[str]:
    home = "Home.md" if retain_case else "home.md"
    if home in names:
        return []
    first = "README" if "README.md" in names else names[0].removesuffix(".md")
    return [f"There is no page {home}, which / shows: make one, or set HOME_PAGE=/{first} for another."]
