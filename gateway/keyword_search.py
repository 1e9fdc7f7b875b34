"""Search by literal terms: candidates from the keyword index, scored as older clients know it (REST.md)."""

from dataclasses import dataclass

from gateway.indexing import Indexing
from gateway.searching import Asked
from search.documents import Document
from search.literal import LiteralQuery
from wiki_app.names import display
from wiki_app.rules import WikiRules
from wiki_app.store import Store

CANDIDATES = 1000
"""So many of the index's best candidates are scored; `total` counts on beyond them."""


@dataclass(frozen=True)
class Hit:
    """A page that holds a term. `path` is its display path, `score` lies between 0 and 1."""

    path: str
    name: str
    snippet: str
    score: float


@dataclass(frozen=True)
class Hits:
    """Best first; `total` counts those beyond the limit too."""

    found: list[Hit]
    total: int


class KeywordSearch:
    """Finds pages by the words that stand in their names and texts, as of the newest commit."""

    def __init__(self, store: Store, indexing: Indexing) -> None:
        self._store = store
        self._indexing = indexing

    def find(self, asked: Asked, limit: int | None = None) -> Hits:
        """The pages with at least one term of the question, of those that the caller may see; all of them
        without a limit (that of the question is for the other modes)."""
        literal = LiteralQuery(asked.text)
        with self._store.view() as view:
            within = asked.within(view.rules)
            candidates = self._indexing.candidates(view, asked.text, CANDIDATES, within)
            seen = candidates.found
            if asked.covers is not None:
                seen = [text for text in seen if asked.sees(text.document.id)]
            best, total = literal.best(seen, limit)
            hits = [_hit(text.document, score, literal, view.rules) for score, text in best]
        beyond = candidates.total - len(candidates.found) if asked.covers is None else 0
        return Hits(hits, total + beyond)


def _hit(document: Document, score: float, literal: LiteralQuery, rules: WikiRules) -> Hit:
    path = display(document.id, rules)
    return Hit(path, document.title, literal.snippet(document.body), score)
