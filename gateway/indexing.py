"""Keeps the keyword index at the commit that is being looked at (DECISIONS 25)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from search.documents import EVERYTHING, Document, Filter
from search.errors import IndexDamaged, SearchUnavailable
from search.keywords import Candidates, KeywordIndex
from wiki_app.catalog import CatalogView, PageRecord
from wiki_app.errors import NotFound
from wiki_app.names import display, key_of, last_segment, shown
from wiki_app.rules import WikiRules
from wiki_app.store import Store
from wiki_app.text import frontmatter

PATIENCE = 10.0
"""Seconds that a query waits while another thread fills the index; then it is told to come again."""


class Indexing:
    """Answers from the keyword index, caught up first: whoever saved a page finds it with the next query."""

    def __init__(
        self,
        store: Store,
        keywords: KeywordIndex,
        patience: float = PATIENCE,
        on_many: Callable[[], object] | None = None,
    ) -> None:
        """`on_many` is called when the whole index was made anew."""
        self._store = store
        self._keywords = keywords
        self._patience = patience
        self._on_many = on_many
        self._lock = Lock()

    def candidates(
        self, view: CatalogView, query: str, limit: int, within: Filter = EVERYTHING
    ) -> Candidates:
        """The index's candidates for a query, at the commit of `view` or a later one.

        A damaged index is made anew. Raises SearchUnavailable while it is being filled for long.
        """
        try:
            self.catch_up(view)
            return self._keywords.candidates(query, limit, within)
        except IndexDamaged:
            self._keywords.reset()
            self.catch_up(view)
            return self._keywords.candidates(query, limit, within)

    def catch_up(self, view: CatalogView) -> None:
        """Bring the index to the commit of `view`; it stays where it is when it is already further."""
        while self._behind(view, self._keywords.mark()):
            with self.alone():
                mark = self._keywords.mark()
                if not self._behind(view, mark) or self._advance(view, mark):
                    return

    def behind(self, view: CatalogView) -> bool:
        """Whether the next query has something to catch up with."""
        return self._behind(view, self._keywords.mark())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One thread of this process fills; other processes are held off by the index's own transaction."""
        if not self._lock.acquire(timeout=self._patience):
            raise SearchUnavailable("The keyword index is being filled; search again in a moment.")
        try:
            yield
        finally:
            self._lock.release()

    def _behind(self, view: CatalogView, mark: str | None) -> bool:
        if mark == _mark(view):
            return False
        commit = _commit(view, mark)
        return not (commit and view.commit and self._is_later(commit, view.commit))

    def _is_later(self, commit: str, than: str) -> bool:
        try:
            return self._store.repository.is_ancestor(than, commit)
        except NotFound:
            return False

    def _advance(self, view: CatalogView, mark: str | None) -> bool:
        """False when another process moved the mark meanwhile."""
        known = self._known(_commit(view, mark))
        if known is None:
            every = (self._document(page, view.rules) for page in view.pages())
            filled = self._keywords.update(every, (), expected=mark, mark=_mark(view), whole=True)
            if filled and self._on_many:
                self._on_many()
            return filled
        changed = [
            key for change in self._store.repository.diff(known, view.commit) if (key := key_of(change.path))
        ]
        pages = {key: view.page(key) for key in changed}
        documents = (self._document(page, view.rules) for page in pages.values() if page)
        gone = [shown(key) for key, page in pages.items() if page is None]
        return self._keywords.update(documents, gone, expected=mark, mark=_mark(view))

    def _known(self, commit: str | None) -> str | None:
        """The commit if the repository still has it (a rewritten history may have lost it)."""
        if commit is None:
            return None
        try:
            return self._store.repository.info(commit).revision
        except NotFound:
            return None

    def _document(self, page: PageRecord, rules: WikiRules) -> Document:
        text = self._store.repository.blob(page.blob).decode("utf-8", "replace")
        parts = frontmatter.split(text)
        return Document(
            shown(page.key),
            parts.title or last_segment(display(page.key, rules)),
            parts.body,
            heading=parts.title or "",
            tags=tuple(tag.casefold() for tag in page.tags),
            category=(page.category or "").casefold(),
        )


def _mark(view: CatalogView) -> str:
    """What the index answers for: the commit, and the rules that names depend on."""
    return f"{view.commit or ''} {view.rules.signature}"


def _commit(view: CatalogView, mark: str | None) -> str | None:
    """The commit of a mark that was set under the rules of today."""
    commit, _, signature = (mark or "").partition(" ")
    return commit if commit and signature == view.rules.signature else None
