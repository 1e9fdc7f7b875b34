"""Which documents answer a query by their words, and how well: the SQL of the keyword leg.

The rank is bm25 of the words, plus a part of bm25 of pairs of words that stand together, of the words
of the id (a path says what a text is about), and of identifiers. Weights: docs/evaluation.md.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from search.documents import Filter
from search.lists import CODES, PATHS, WORDS, Numbers, Scores, numbers_of
from search.postings import Phrase, Postings
from search.restriction import restriction
from search.words import code, exact_terms, extra_words, identifiers, is_code, pairs, words

PAIRS_WEIGHT = 0.3
PLACE_WEIGHT = 0.5
CODE_WEIGHT = 0.2
RARE = 3
"""A term of the query that stands in at most so many documents puts them first (DECISIONS 27)."""
TELLING = 20
"""It is called an exact term when one document in so many has it, or fewer, or when it looks like code."""
MAX_TERMS = 64
"""Terms of a query beyond these are not looked up."""


@dataclass(frozen=True)
class Ranked:
    """The best documents by number, best first, with their ranks; `matched` are all that share a word with
    the query. `exact`: how many terms of the query a document has that hardly any other has. `telling`: those
    of these documents that somebody is told so of."""

    ranks: dict[int, float]
    matched: Numbers
    exact: Counter[int]
    telling: frozenset[int]


def ranked(connection: sqlite3.Connection, query: str, limit: int, within: Filter) -> Ranked:
    """The documents that share a word with the query, those of its rare terms first."""
    lists, paths, codes = (Postings(connection, table) for table in (WORDS, PATHS, CODES))
    matched = lists.scores([lists.found(phrase) for phrase in alternatives(query)])
    parts = [
        (1.0, matched),
        (PAIRS_WEIGHT, lists.scores([lists.found(Phrase(pair)) for pair in pairs(query)[:MAX_TERMS]])),
        (PLACE_WEIGHT, paths.scores([paths.found(phrase) for phrase in _each(words(query))])),
        (CODE_WEIGHT, codes.scores([codes.found(phrase) for phrase in _each(extra_words(query))])),
    ]
    exact, telling = _rare(query, lists, codes)
    numbers, scores = _sum(parts, exact)
    if within:
        may = allowed(connection, within)
        inside = np.isin(numbers, may)
        numbers, scores = numbers[inside], scores[inside]
        exact = Counter({number: exact[number] for number in numbers.tolist() if exact[number]})
        matched = matched[0][np.isin(matched[0], may)], matched[1]
    first = np.zeros(len(numbers))
    first[np.searchsorted(numbers, list(exact))] = list(exact.values())
    order = _best(scores, first, limit)
    ranks = dict(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))
    return Ranked(ranks, matched[0], exact, telling)


def alternatives(query: str) -> list[Phrase]:
    """What `words` is asked for: any word, and any beginning of a word where a term is very short.

    A stop-word is no beginning, except alone: "a" begins a tenth of all words, and reading them all costs
    ten times the rest of the query.
    """
    plain = words(query)[:MAX_TERMS]
    return [*_each(plain), *(Phrase((word,), begins=True) for word in plain if len(word) < 3)]


def quoted(word: str) -> str:
    """A word or phrase as FTS5 takes it literally."""
    return '"' + word.replace('"', '""') + '"'


def _rare(query: str, lists: Postings, codes: Postings) -> tuple[Counter[int], frozenset[int]]:
    """The documents of those terms of the query that hardly any other has: how many of the terms each has.
    The others are those in which such a term means something: in a small wiki any word is rare."""
    found, telling = Counter[int](), set[int]()
    for term in exact_terms(query)[:MAX_TERMS]:
        joined = identifiers(term)
        has = codes.found(Phrase((code(joined[0]),))) if joined else lists.found(Phrase((term,)))
        numbers = has.numbers.tolist()
        if len(numbers) <= RARE:
            found.update(numbers)
            if is_code(term) or len(numbers) * TELLING <= lists.documents:
                telling.update(numbers)
    return found, frozenset(telling)


def _sum(
    parts: Sequence[tuple[float, tuple[Numbers, Scores]]], exact: Iterable[int]
) -> tuple[Numbers, Scores]:
    """The weighted sums of the parts by number; the exact ones are among them in any case."""
    every = np.concatenate([*(numbers for _, (numbers, _) in parts), np.array(list(exact), np.int64)])
    numbers, which = np.unique(every, return_inverse=True)
    scores = np.concatenate([weight * scores for weight, (_, scores) in parts])
    return numbers, np.asarray(np.bincount(which[: len(scores)], scores, len(numbers)), np.float64)


def _best(scores: Scores, first: Scores, limit: int) -> Numbers:
    """The places of the best, in order; of equal ones, those that stand before. Only what reaches the score
    of the last one is sorted."""
    places = np.arange(len(scores))
    if len(scores) > limit:
        places = np.flatnonzero((scores >= np.partition(scores, -limit)[-limit]) | (first > 0))
    return places[np.lexsort((-scores[places], -first[places]))][:limit]


def allowed(connection: sqlite3.Connection, within: Filter) -> Numbers:
    """The numbers of the documents that a filter lets through."""
    condition, values = restriction(within, "number")
    (text,) = connection.execute(
        f"SELECT group_concat(number) FROM documents WHERE 1 {condition}", values
    ).fetchone()
    return numbers_of(text)


def _each(found: Iterable[str]) -> list[Phrase]:
    return [Phrase((word,)) for word in found][:MAX_TERMS]
