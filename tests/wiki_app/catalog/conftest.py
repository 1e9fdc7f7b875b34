"""Small real repositories, written by the git program, and catalogs on them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from wiki_app.catalog import Catalog, CatalogView
from wiki_app.gitcommand import Git
from wiki_app.repository import Repository
from wiki_app.rules import WikiRules

START = 1_700_000_000


class GitRepository:
    """A working tree to which git itself commits; each commit is a minute after the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._minutes = 0
        path.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(
        self, *args: str, input: bytes | None = None, author: str = "Ada", email: str = "ada@example.org"
    ) -> str:
        """Runs git; what it prints, without the white space around it."""
        self._minutes += 1
        date = f"{START + 60 * self._minutes} +0200"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "C",
            "GIT_COMMITTER_EMAIL": "c@example.org",
            "GIT_COMMITTER_DATE": date,
        }
        command = ["git", "-C", str(self.path), *args]
        done = subprocess.run(command, input=input, env=environment, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, text: str | bytes) -> None:
        """Puts a file into the working tree."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files: dict[str, str | bytes | None] | None = None, message: str = "change") -> str:
        """Commits these contents (None deletes) and whatever else was changed; the revision."""
        for path, text in (files or {}).items():
            if text is None:
                (self.path / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message)
        reference = (self.path / ".git" / "HEAD").read_text().removeprefix("ref: ").strip()
        return (self.path / ".git" / reference).read_text().strip()

    def log(self, *args: str) -> list[str]:
        """The revisions that `git log` shows."""
        return self.git("log", "--format=%H", *args).split()


@dataclass(frozen=True)
class Opened:
    """A catalog on a repository, in a folder of its own; `rules` may be replaced."""

    repository: GitRepository
    file: Path
    rules: list[WikiRules]
    catalog: Catalog

    def keys(self) -> list[str]:
        with self.catalog.view() as view:
            return view.keys()

    def use(self, **changes: bool | str) -> None:
        """Changes the wiki's rules."""
        self.rules[0] = replace(self.rules[0], **changes)  # type: ignore[arg-type]  # names of fields


def open_catalog(repository: GitRepository, file: Path) -> Opened:
    """Opens a catalog; close it."""
    rules = [WikiRules()]
    catalog = Catalog(file, Repository.open(repository.path), Git(repository.path), lambda: rules[0])
    return Opened(repository, file, rules, catalog)


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    return GitRepository(tmp_path / "repository")


@pytest.fixture
def opened(repository: GitRepository, tmp_path: Path) -> Iterator[Opened]:
    found = open_catalog(repository, tmp_path / "cache" / "catalog.db")
    with closing(found.catalog):
        yield found


@pytest.fixture
def catalog(opened: Opened) -> Catalog:
    return opened.catalog


def everything(view: CatalogView) -> dict[str, object]:
    """All that a view can say: two catalogs at one commit must agree in it."""
    commits = view.commits()
    files = view.files_of_many([commit.revision for commit in commits])
    paths = sorted({change.path for changes in files.values() for change in changes})
    directories = sorted({path.rpartition("/")[0] for path in paths})
    return {
        "commit": view.commit,
        "pages": view.pages(),
        "outlines": view.outlines(),
        "links": view.links(),
        "commits": commits,
        "positions": [view.position(commit.revision) for commit in commits],
        "files": files,
        "last": view.last_changes(""),
        "history": {path: view.history(path) for path in paths},
        "without renames": {path: view.history(path, follow=False) for path in paths},
        "signatures": {directory: view.headings_signature(directory) for directory in directories},
    }
