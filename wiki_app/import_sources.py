"""What a wiki can be imported from: a git repository, a git bundle, or a folder of Markdown.

Each is brought into a new, empty repository, with its history; no program of the source runs (no hooks, no
filters, no file-system monitor) and the source itself is only read.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from wiki_app.errors import InvalidInput
from wiki_app.gitcommand import Git, GitFailed
from wiki_app.repository import Author, Repository, Snapshot, Write

BUNDLE_SIGNATURES = (b"# v2 git bundle", b"# v3 git bundle")
USUAL_BRANCHES = ("main", "master")
PATIENCE = 3600.0
"""Seconds that git may take for one step of an import."""
IMPORTER = Author("wikibot import", "import@wikibot.invalid")
"""The author of a folder's one commit: the folder does not say who wrote it."""


@dataclass(frozen=True)
class Fetched:
    """What came out of a source besides the repository: sentences for the one who imports."""

    notes: tuple[str, ...] = ()


def fetch(source: Path, target: Path, when: datetime) -> Fetched:
    """Fills `target` (a folder that does not exist yet) with a repository that has the source's history.

    The working files are not written. `when` dates the commit that a plain folder needs.
    Raises InvalidInput with a sentence for whatever cannot be imported.
    """
    if not source.exists():
        raise InvalidInput(
            f"There is nothing at {source}: give a git repository, a bundle or a folder of Markdown."
        )
    if source.is_file():
        return _from_bundle(source, target)
    if _is_repository(source):
        return _from_repository(source, target)
    return _from_folder(source, target, when)


def _is_repository(folder: Path) -> bool:
    bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return bare or (folder / ".git").exists()


# git's own formats


def _from_repository(source: Path, target: Path) -> Fetched:
    git = Git(source)
    try:
        if git.run("rev-parse", "--is-shallow-repository").strip() == b"true":
            raise InvalidInput(
                f"{source} holds only a part of its history: run `git fetch --unshallow` there first."
            )
        if not git.run("for-each-ref", "--count=1", "refs/heads"):
            raise InvalidInput(f"{source} has no commit on a branch: there is nothing to import.")
        notes = _uncommitted(git)
        # Through a bundle, since a fetch from the folder asks the folder's owner (safe.directory) again.
        bundle = target.with_suffix(".bundle")
        git.run(
            "bundle",
            "create",
            "--quiet",
            str(bundle.absolute()),
            "HEAD",
            "--branches",
            "--tags",
            timeout=PATIENCE,
        )
    except GitFailed as error:
        raise InvalidInput(f"{source} cannot be read as a git repository: {error.message}") from error
    try:
        return Fetched((*notes, *_from_bundle(bundle, target).notes))
    finally:
        bundle.unlink(missing_ok=True)


def _uncommitted(git: Git) -> tuple[str, ...]:
    if git.run("rev-parse", "--is-bare-repository").strip() == b"true":
        return ()
    changed = git.run(
        "-c", "core.fsmonitor=false", "status", "--porcelain", "-z", "--no-renames", timeout=PATIENCE
    )
    count = changed.count(b"\0")
    return (f"{count} files with changes that are not committed were left out.",) if count else ()


def _from_bundle(bundle: Path, target: Path) -> Fetched:
    with bundle.open("rb") as file:
        if not file.read(32).startswith(BUNDLE_SIGNATURES):
            raise InvalidInput(
                f"{bundle} is not a git bundle: give a git repository, a bundle or a folder of Markdown."
            )
    target.mkdir(parents=True)
    git = Git(target)
    path = str(bundle.absolute())
    try:
        git.run("init", "--quiet", "--template=")
        heads = _heads(git.run("bundle", "list-heads", path))
        branch, refspecs = _wanted(heads)
        git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
        git.run("fetch", "--quiet", "--no-tags", "--update-head-ok", path, *refspecs, timeout=PATIENCE)
    except GitFailed as error:
        raise InvalidInput(f"{bundle} cannot be imported: {error.message}") from error
    return Fetched()


def _heads(listing: bytes) -> dict[str, str]:
    lines = listing.decode("utf-8", "surrogateescape").splitlines()
    return {name: revision for revision, _, name in (line.partition(" ") for line in lines)}


def _wanted(heads: dict[str, str]) -> tuple[str, list[str]]:
    """The branch to check out, and what to fetch: all branches and tags."""
    branches = {
        name.removeprefix("refs/heads/"): at for name, at in heads.items() if name.startswith("refs/heads/")
    }
    specs = [f"+{name}:{name}" for name in heads if name.startswith(("refs/heads/", "refs/tags/"))]
    if not branches:
        if "HEAD" not in heads:
            raise InvalidInput("The bundle names no branch: there is nothing to import.")
        return "main", [*specs, "+HEAD:refs/heads/main"]
    at_head = [name for name, at in branches.items() if at == heads.get("HEAD")]
    candidates = at_head or list(branches)
    usual = [name for name in USUAL_BRANCHES if name in candidates]
    return (usual or sorted(candidates))[0], specs


# A plain folder


def _from_folder(source: Path, target: Path, when: datetime) -> Fetched:
    found = list(_walk(source))
    files = [path for path in found if path.is_file() and not path.is_symlink()]
    if not any(path.suffix == ".md" for path in files):
        raise InvalidInput(
            f"{source} is no git repository and holds no Markdown file (*.md): there is nothing to import."
        )
    changes = {path.relative_to(source).as_posix(): Write(path.read_bytes()) for path in files}
    repository = Repository.init(target)
    try:
        repository.commit(
            lambda _: changes, f"Import {len(files)} files from the folder {source.name}", IMPORTER, when=when
        )
    finally:
        repository.close()
    left = len(found) - len(files)
    note = (f"{left} symbolic links and special files were left out.",) if left else ()
    return Fetched(("The folder's files became one commit: it tells nothing of earlier ones.", *note))


def _walk(source: Path) -> Iterator[Path]:
    """Everything but folders; what begins with a dot belongs to programs and is left out."""
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(names) if not name.startswith("."))


# What every import looks at


def markdown_names(snapshot: Snapshot) -> list[str]:
    """The paths of all pages."""
    return [entry.path for entry in snapshot.files() if entry.path.endswith(".md")]


def keep_bytes(repository: Path, snapshot: Snapshot) -> None:
    """Makes git show working files as they are stored where the wiki's own .gitattributes says otherwise.

    info/attributes has the highest precedence (gitattributes(5)); else `git status` would call files
    changed that nobody touched.
    """
    if any(entry.path.rpartition("/")[2] == ".gitattributes" for entry in snapshot.files()):
        folder = repository / ".git" / "info"
        folder.mkdir(exist_ok=True)
        (folder / "attributes").write_text(
            "* -text -filter -ident !eol !working-tree-encoding\n", encoding="utf-8"
        )


def remove(folder: Path) -> None:
    """Deletes a folder of ours, git's read-only object files too."""
    shutil.rmtree(folder, ignore_errors=True)
