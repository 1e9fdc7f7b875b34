"""A commit's files with changes on top that are not committed yet: what the operations work on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wiki_app.errors import InvalidInput, NotFound
from wiki_app.names import ENDING, display, file_of, resolve, shown
from wiki_app.pages.knowledge import Knowledge
from wiki_app.pages.texts import decode
from wiki_app.repository import Repository, Snapshot, Write
from wiki_app.rules import WikiRules

REGULAR = {0o100644, 0o100755}


@dataclass(frozen=True)
class StagedPage:
    """A page as the stage has it. `revision` is None when it was made on the stage.
    `committed` is the text in the commit, which the revision speaks of.
    """

    key: str
    path: str
    text: str
    committed: str
    revision: str | None


class Stage:
    """Nothing is written before the changes are handed to Store.commit."""

    def __init__(
        self, repository: Repository, snapshot: Snapshot, known: Knowledge, rules: WikiRules
    ) -> None:
        self.repository = repository
        self.snapshot = snapshot
        self.known = known
        self.rules = rules
        self.changes: dict[str, Write | None] = {}
        self._origins: dict[str, str] = {}

    def read(self, path: str) -> Write | None:
        """The regular file at `path`, None when there is none.

        Raises InvalidInput for symbolic links: their content is a path, not a text.
        """
        if path in self.changes:
            return self.changes[path]
        return self._committed(path)

    def _committed(self, path: str) -> Write | None:
        entry = self.snapshot.entry(path)
        if entry is None:
            return None
        if entry.mode not in REGULAR:
            raise InvalidInput(
                f"{shown(path)!r} is a link to another file: change that one.", path=shown(path)
            )
        return Write(self.snapshot.read(path), entry.mode)

    def exists(self, path: str) -> bool:
        """Whether there is a file of any kind."""
        if path in self.changes:
            return self.changes[path] is not None
        return self.snapshot.entry(path) is not None

    def files(self, folder: str) -> Iterator[str]:
        """The paths of all files below a folder."""
        inside = folder + "/"
        committed = {entry.path for entry in self.snapshot.files(folder)}
        staged = {path for path in self.changes if path.startswith(inside)}
        return (path for path in sorted(committed | staged) if self.exists(path))

    def put(self, path: str, data: bytes) -> None:
        """Writes a file; its mode stays."""
        old = self.read(path)
        self._set(path, Write(data, old.mode) if old else Write(data))

    def remove(self, path: str) -> None:
        """Deletes a file."""
        self._set(path, None)

    def relocate(self, files: Mapping[str, str]) -> None:
        """Takes files elsewhere, all at once; where they were in the commit is remembered."""
        moved = {new: (self._any(old), self.origin(old)) for old, new in files.items()}
        for old in files:
            self.remove(old)
        for new, (write, origin) in moved.items():
            self._set(new, write)
            self._origins[new] = origin

    def origin(self, path: str) -> str:
        """Where the file stood in the commit."""
        return self._origins.get(path, path)

    def _any(self, path: str) -> Write | None:
        """A file of any kind; a symbolic link's content is its target."""
        if path in self.changes:
            return self.changes[path]
        entry = self.snapshot.entry(path)
        return Write(self.snapshot.read(path), entry.mode) if entry else None

    def is_regular(self, path: str) -> bool:
        """Whether there is a file that is no symbolic link."""
        if path in self.changes:
            write = self.changes[path]
            return write is not None and write.mode in REGULAR
        entry = self.snapshot.entry(path)
        return entry is not None and entry.mode in REGULAR

    def _set(self, path: str, write: Write | None) -> None:
        entry = self.snapshot.entry(path)
        same = write == (entry and Write(self.snapshot.read(path), entry.mode))
        if same:
            self.changes.pop(path, None)
        else:
            self.changes[path] = write

    def find(self, raw: str) -> str:
        """The key of a page that should exist."""
        return resolve(raw, self.rules, exists=lambda key: self.exists(file_of(key)))

    def page(self, key: str) -> StagedPage | None:
        """The page, None when there is none."""
        file = file_of(key)
        write = self.read(file)
        if write is None:
            return None
        text = decode(write.data)
        origin = self.origin(file)
        entry = self.snapshot.entry(origin)
        fresh = StagedPage(key, display(key, self.rules), text, text, None)
        if entry is None:
            return fresh
        change = self.known.last_change(origin, entry.blob)
        revision = change.commit.revision if change else self.snapshot.commit
        return replace(fresh, committed=decode(self.snapshot.read(origin)), revision=revision)

    def existing(self, raw: str) -> StagedPage:
        """The page that `raw` stands for. Raises NotFound."""
        page = self.page(self.find(raw))
        if page is None:
            raise missing(raw)
        return page

    def pages(self) -> list[str]:
        """The files of changed pages, sorted."""
        return sorted(path for path in self.changes if path.endswith(ENDING))


def missing(raw: str) -> NotFound:
    """The error for a page that is not there."""
    return NotFound(f"Page not found: {shown(raw)}", path=shown(raw))
