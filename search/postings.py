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

from search.lists import PLACE_BITS, Numbers, Table, lists_of
from search.tokens import tokens

Scores = NDArray[np.float64]

K1 = 1.2
B = 0.75
LEAST_IDF = 1e-6
"""Of a word that stands in more than half of the documents."""


@dataclass(frozen=True)
class Phrase:
    """One word, as a query has it, or several that stand together; `begins`: the last may go on."""

    words: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True)
class Found:
    """The documents of a phrase, in order, and how often it stands in each, titles weighted."""

    numbers: Numbers
    often: Scores


NOWHERE = Found(np.zeros(0, np.int64), np.zeros(0))


class Postings:
    """What one query asks of one table, inside a snapshot of the file."""

    def __init__(self, connection: sqlite3.Connection, table: Table) -> None:
        self._connection = connection
        self._table = table
        self._lists = lists_of(connection, table)
        self._found: dict[Phrase, Found] = {}

    @property
    def documents(self) -> int:
        """How many the table has."""
        return self._lists.counted(self._connection)[0]

    def found(self, phrase: Phrase) -> Found:
        """Where a phrase stands."""
        if phrase not in self._found:
            self._found[phrase] = self._find(phrase)
        return self._found[phrase]

    def _find(self, phrase: Phrase) -> Found:
        terms = [term for word in phrase.words for term in tokens(word, self._table.rules)]
        if not terms:
            return NOWHERE
        places = self._lists.places(self._connection, terms[-1], begins=phrase.begins)
        for before, term in enumerate(reversed(terms[:-1]), 1):
            earlier = self._lists.places(self._connection, term)
            places = places[_among(places - before, earlier)]
        return self._counted(places) if len(places) else NOWHERE

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

    def _counted(self, places: Numbers) -> Found:
        """By document; one at the least."""
        numbers = places >> (PLACE_BITS + 1)
        first = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
        weights = np.where(places & (1 << PLACE_BITS), 1.0, self._table.title)
        return Found(numbers[first], np.add.reduceat(weights, first))


def _among(values: Numbers, known: Numbers) -> NDArray[np.bool_]:
    """Which of the values are known; both in order, which np.isin makes no use of."""
    if not len(known):
        return np.zeros(len(values), np.bool_)
    where = np.searchsorted(known, values)
    return np.equal(known[np.minimum(where, len(known) - 1)], values)
