"""Commits in the shapes that Otter Wiki reads: dictionaries with the keys of its own storage."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wiki_app.gitcommand import Git
from wiki_app.otter.attribution import attribution
from wiki_app.repository import CommitInfo

SHORT = 6
"""Digits of a short revision, everywhere in Otter Wiki."""

Record = dict[str, Any]


def log_record(commit: CommitInfo, files: list[str]) -> Record:
    """An entry of `log()`: the message line by line without indentation, a merge without files."""
    name, whole = attribution(commit.author, commit.message)
    message = "\n".join(line.strip() for line in whole.strip("\n").split("\n"))
    record = _record(commit, name, message.rstrip("\n"))
    return record | {"files": [] if len(commit.parents) > 1 else files}


def metadata_record(commit: CommitInfo, git: Git) -> Record:
    """The answer of `metadata()`; its `files` are counted when somebody asks for them."""
    name, message = attribution(commit.author, commit.message)
    return _record(commit, name, message) | {"files": Statistics(lambda: _count(commit, git))}


def _record(commit: CommitInfo, name: str, message: str) -> Record:
    return {
        "revision-full": commit.revision,
        "revision": commit.revision[:SHORT],
        "datetime": commit.authored,
        "author_name": name,
        "author_email": commit.author.email,
        "message": message,
    }


class Statistics(Mapping[str, Record]):
    """Changed lines by path: {insertions, deletions, lines, change_type}, counted at first use."""

    def __init__(self, count: Callable[[], dict[str, Record]]) -> None:
        self._count = count
        self._counted: dict[str, Record] | None = None

    @property
    def _files(self) -> dict[str, Record]:
        if self._counted is None:
            self._counted = self._count()
        return self._counted

    def __getitem__(self, path: str) -> Record:
        return self._files[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _count(commit: CommitInfo, git: Git) -> dict[str, Record]:
    common = ("diff-tree", "-r", "-z", "--no-renames", "--raw", "--numstat")
    if commit.parents:
        said = git.run(*common, commit.parents[0], commit.revision)
    else:
        said = git.run(*common, "--root", "--no-commit-id", commit.revision)
    return _parse_counts(said.decode("utf-8", "surrogateescape").split("\0"))


def _parse_counts(fields: Iterable[str]) -> dict[str, Record]:
    # Raw lines (":modes ids status", path) come first, then one "insertions TAB deletions TAB path" each.
    types: dict[str, str] = {}
    files: dict[str, Record] = {}
    rest = iter(fields)
    for field in rest:
        if field.startswith(":"):
            types[next(rest)] = field.rsplit(" ", 1)[1]
        elif field:
            added, removed, path = field.split("\t", 2)
            plus, minus = (int(number) if number.isdigit() else 0 for number in (added, removed))
            files[path] = {
                "insertions": plus,
                "deletions": minus,
                "lines": plus + minus,
                "change_type": types.get(path, ""),
            }
    return files
