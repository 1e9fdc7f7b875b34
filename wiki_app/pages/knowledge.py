"""What the catalog knows about the files of a snapshot, asked for only when it is needed."""

from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from wiki_app.catalog import CatalogView, Change
from wiki_app.names import ENDING
from wiki_app.store import Store

Seen = dict[tuple[str, str], Change]
"""The last change by path and blob. The same blob at the same path later may have a newer last change
(changed and changed back); its text is the same all the same, so nothing that was written gets lost."""


class Knowledge:
    """Opens one view of the catalog at most, and remembers the last changes over several attempts."""

    def __init__(self, store: Store, seen: Seen) -> None:
        self._store = store
        self._seen = seen
        self._stack = ExitStack()
        self._view: CatalogView | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def view(self) -> CatalogView:
        """The catalog at the newest commit."""
        if self._view is None:
            self._view = self._stack.enter_context(self._store.view())
        return self._view

    def links_to(self, key: str) -> list[str]:
        """The keys of the pages with wikilinks to a page."""
        return self.view.links_to(key)

    def pages_holding(self, commit: str | None, needles: Sequence[str]) -> set[str]:
        """The pages' files in that commit that hold one of the texts, in any case: by git, in one pass."""
        if commit is None:
            return set()
        wanted = [part for needle in needles for part in ("-e", needle)]
        # Exit code 1 means that nothing was found.
        found = self._store.git.run(
            "grep", "-l", "-z", "-i", "-F", *wanted, commit, "--", f"*{ENDING}", accept=(0, 1)
        )
        paths = found.decode("utf-8", "surrogateescape").split("\0")
        return {path.removeprefix(f"{commit}:") for path in paths if path}

    def last_change(self, path: str, blob: str) -> Change | None:
        """The change that gave the file this blob."""
        change = self._seen.get((path, blob)) or self.view.last_change(path)
        if change is not None:
            self._seen[path, blob] = change
        return change
