"""History and metadata from the catalog, differences and blame from git, as Otter Wiki's storage answers."""

from otterwiki.gitstorage import StorageError, StorageNotFound

from wiki_app.catalog import CatalogView, Change
from wiki_app.gitcommand import GitFailed
from wiki_app.otter import blame
from wiki_app.otter.faults import as_storage_errors
from wiki_app.otter.reading import Reading
from wiki_app.otter.records import Record, log_record, metadata_record

TEXT = ("utf-8", "replace")
"""How git's patches are decoded: files of any encoding may be in them."""


class History(Reading):
    """What became of files, and when."""

    def log(
        self,
        filename: str | None = None,
        fail_on_git_error: bool = False,  # noqa: FBT002
        max_count: int | None = None,
    ) -> list[Record]:
        """Commits, newest first, of one file (through its renames) or of all.

        Raises StorageNotFound for an unknown file, and for an empty repository when asked to fail.
        """
        with self.catalog_view() as view:
            if filename is not None:
                changes = view.history(filename, limit=max_count)
                records = [log_record(change.commit, [change.path]) for change in changes]
            else:
                commits = view.commits(limit=max_count)
                touched = view.files_of_many([commit.revision for commit in commits])
                records = [
                    log_record(commit, [change.path for change in touched.get(commit.revision, ())])
                    for commit in commits
                ]
        if not records and (filename is not None or fail_on_git_error):
            raise StorageNotFound(f"No history of {filename or self.path}.")
        return records

    def metadata(self, filename: str, revision: str | None = None) -> Record:
        """The last commit that changed this very path, or the one named if it did. Raises StorageNotFound."""
        self._check_reload()
        with self.catalog_view() as view:
            if revision is None:
                change = _last_change(view, filename)
            else:
                change = _change_at(view, filename, revision.lower())
        if change is None:
            raise StorageNotFound(f"No commit of {filename} found.")
        with as_storage_errors():
            info = self._store.repository.info(change.commit.revision)
        return metadata_record(info, self._store.git)

    def blame(self, filename: str, revision: str | None = None) -> list[blame.Row]:
        """One row a line; the columns are in blame.Row. Raises StorageNotFound."""
        commit = self._commit_named("HEAD" if revision is None else revision, filename)
        try:
            porcelain = self._store.git.run("blame", "--porcelain", commit, "--", filename)
        except GitFailed as error:
            raise StorageNotFound(error.message) from error
        return list(blame.rows(porcelain, self._store.repository.info))

    def diff(self, rev_a: str, rev_b: str) -> str:
        """The patch from one commit to another. Raises StorageNotFound."""
        before, after = self._commit_named(rev_a), self._commit_named(rev_b)
        return self._git("diff", before, after)

    def show_commit(self, revision: str) -> tuple[Record, str]:
        """A commit's metadata, and its message's body with the patch behind it. Raises StorageError."""
        commit = self._commit_named(revision)
        with as_storage_errors():
            metadata = metadata_record(self._store.repository.info(commit), self._store.git)
        return metadata, self._git("show", "--format=%b", commit)

    def get_filename_at_revision(self, current_filename: str, revision: str) -> str:
        """The name that a file had at one of the revisions of its history; else the name it has."""
        with self.catalog_view() as view:
            for change in view.history(current_filename):
                full = change.commit.revision
                if full.startswith(revision) or revision.startswith(full[:6]):
                    return change.path
        return current_filename

    def count_objects(self) -> str:
        """What `git count-objects -vH` prints. Raises StorageError."""
        return self._git("count-objects", "-vH")

    def gc(self) -> str:
        """Packs the loose objects. Raises StorageError."""
        return self._git("gc", "--quiet")

    def _git(self, *args: str) -> str:
        try:
            said = self._store.git.run(*args)
        except GitFailed as error:
            raise StorageError(error.message) from error
        return said.decode(*TEXT).removesuffix("\n")


def _last_change(view: CatalogView, filename: str) -> Change | None:
    # A file that HEAD does not hold any more was changed last by its deletion.
    return view.last_change(filename) or next(iter(view.history(filename, follow=False, limit=1)), None)


def _change_at(view: CatalogView, filename: str, prefix: str) -> Change | None:
    # Of this very path: under an older name Otter Wiki asks for itself (get_filename_at_revision).
    changes = view.history(filename, follow=False)
    return next((change for change in changes if change.commit.revision.startswith(prefix)), None)
