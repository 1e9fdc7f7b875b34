"""The repository as it is at one moment, while others go on writing to it.

A bare repository beside it borrows its objects (gitrepository-layout(5), objects/info/alternates) and holds a
copy of the references: whatever is made from it fits together, HEAD and branches too, without any lock.
Nothing that the wiki does removes an object, so what the copy names stays readable.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from wiki_app.errors import InvalidInput
from wiki_app.gitcommand import Git

PATIENCE = 3600.0
"""Seconds that git may take for one step."""
UNNAMED = "packed-refs"


@dataclass(frozen=True)
class Frozen:
    """`branch` is what HEAD stands for, `commit` where it stood; `git` works on the copy."""

    git: Git
    branch: str
    commit: str
    refs: dict[str, str]

    def fingerprint(self) -> str:
        """Changes with any reference."""
        lines = "".join(f"{at} {name}\n" for name, at in sorted(self.refs.items()))
        return sha256(f"{self.branch}\n{lines}".encode("utf-8", "surrogateescape")).hexdigest()

    def bundle(self) -> Iterator[bytes]:
        """A git bundle of everything, block by block."""
        return self.git.stream("bundle", "create", "--quiet", "-", "HEAD", "--all")


def freeze(repository: Path, folder: Path) -> Frozen:
    """A copy in `folder`, which must not exist yet. Raises InvalidInput where there is nothing to keep."""
    if not (repository / ".git").exists():
        raise InvalidInput(f"{repository.parent} holds no wiki: name its data folder with --data.")
    live = Git(repository)
    branch = live.run("symbolic-ref", "HEAD").decode("utf-8", "surrogateescape").strip()
    refs = read_refs(live)
    if branch not in refs:
        raise InvalidInput(f"The wiki in {repository.parent} has no commit yet: there is nothing to keep.")
    objects = live.run("rev-parse", "--path-format=absolute", "--git-path", "objects")
    folder.mkdir()
    copy = Git(folder)
    copy.run("init", "--quiet", "--bare", "--template=")
    borrowed = folder / "objects" / "info" / "alternates"
    borrowed.parent.mkdir(exist_ok=True)
    borrowed.write_bytes(objects)
    lines = "".join(f"{at} {name}\n" for name, at in refs.items())
    (folder / UNNAMED).write_bytes(os.fsencode(lines))
    copy.run("symbolic-ref", "HEAD", branch)
    return Frozen(copy, branch, refs[branch], refs)


def read_refs(git: Git) -> dict[str, str]:
    """Every reference below refs/ and the object that it names."""
    listed = git.run("for-each-ref", "--format=%(objectname) %(refname)")
    rows = (line.split(" ", 1) for line in listed.decode("utf-8", "surrogateescape").splitlines())
    return {name: at for at, name in rows}


def save_edits(frozen: Frozen, repository: Path, patch: Path) -> list[str]:
    """What is in the working files and not in the commit, as one patch; the names of the files.

    Files that are new and not ignored count. The index is a copy, so the owner's own is not touched. To be
    called while nobody moves the working files: with the store's write lock held.
    """
    git_dir, work_tree = repository / ".git", f"--work-tree={repository.absolute()}"
    own = Path(frozen.git.run("rev-parse", "--absolute-git-dir").decode().strip())
    for name in ("index", "info/attributes", "info/exclude"):
        if (git_dir / name).exists():
            (own / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(git_dir / name, own / name)
    frozen.git.run(work_tree, "add", "--all", timeout=PATIENCE)
    names = frozen.git.run(work_tree, "diff", "--cached", "--name-only", "--no-renames", "-z", frozen.commit)
    if names:
        frozen.git.run(
            *(work_tree, "diff", "--cached", "--binary", "--full-index", "--no-renames", "--no-color"),
            *("--no-ext-diff", "--no-textconv", f"--output={patch.absolute()}", frozen.commit),
            timeout=PATIENCE,
        )
    return [os.fsdecode(name) for name in names.split(b"\0") if name]
