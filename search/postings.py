"""bm25 of words and of words that stand together, from FTS5's own lists (search/lists.py).

The figures are FTS5's (`bm25()` in its documentation: k1 = 1.2, b = .75, over all columns). Its own function
looks up the length of each document by itself, and cuts the text again where a table keeps no places: that is
most of what a query of a frequent word costs. 2,400 documents take 7 ms there and 2 here.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.lists import NOWHERE, Found, Numbers, Scores, Table, by_document, lists_of
from search.tokens import tokens

K1 = 1.2
B = 0.75
LEAST_IDF = 1e-6
"""Of a word that stands in more than half of the documents."""


@dataclass(frozen=True)
class Phrase:
    """One word, as a query has it, or several that stand together; `begins`: the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


class Postings:
    """What one query asks of one table, inside a snapshot of the file."""

    def __init__(self, connection: sqlite3.Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._lists = lists_of(connection, table)

    @property
    def documents(self) -> int:
        """How many the table has."""
        return self._lists.counted(self._connection)[0]

    def found(self, phrase: Phrase) -> Found:
        """Where a phrase stands."""
        terms = [term for word in phrase.words for term in tokens(word, self._table.rules)]
        if not terms:
            return NOWHERE
        if len(terms) == 1:
            return self._lists.found(self._connection, terms[0], begins=phrase.begins)
        places = self._lists.places(self._connection, terms[-1], begins=phrase.begins)
        for before, term in enumerate(reversed(terms[:-1]), 1):
            earlier = self._lists.places(self._connection, term)
            places = places[_among(places - before, earlier)]
        return by_document(places, self._table)

    def scores(self, found: Sequence[Found]) -> tuple[Numbers, Scores]:
        """The documents with any of the phrases, in order, and the bm25 of each."""
        found = [one for one in found if len(one.numbers)]
        if not found:
            return NOWHERE.numbers, NOWHERE.often
        numbers, which = np.unique(np.concatenate([one.numbers for one in found]), return_inverse=True)
        sizes = self._lists.sizes(self._connection, numbers)
        length = (K1 * (1 - B + B * sizes.lengths / sizes.mean))[which]
        often = np.concatenate([one.often for one in found])
        counts = np.array([len(one.numbers) for one in found])
        idf = np.log((sizes.documents - counts + 0.5) / (counts + 0.5))
        idf = np.repeat(np.where(idf > 0, idf, LEAST_IDF), counts)
        parts = idf * often * (K1 + 1) / (often + length)
        return numbers, np.asarray(np.bincount(which, parts, len(numbers)), np.float64)


def _among(values: Numbers, known: Numbers) -> NDArray[np.bool_]:
    """Which of the values are known; both in order, which np.isin makes no use of."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    where = np.searchsorted(known, values)
    return np.equal(known[np.minimum(where, len(known) - 1)], values)
