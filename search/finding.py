"""What a query finds in the keyword index: words first, then what stands only inside a word."""

import sqlite3

import numpy as np

from search.database import Connection
from search.documents import Filter
from search.keywords import Candidates, Ranks
from search.lists import GRAMS, Numbers, lists_of, united
from search.ranking import MAX_TERMS, allowed, quoted, ranked
from search.texts import Texts, documents_of


def candidates(connection: Connection, texts: Texts, query: str, limit: int, within: Filter) -> Candidates:
    """What KeywordIndex.candidates answers, inside a snapshot of the file."""
    best = ranked(connection, query, limit, within)
    inside = _inside(connection, query, within)
    numbers = list(best.ranks)
    if len(numbers) < limit:
        numbers = list(dict.fromkeys([*numbers, *inside.tolist()]))
    total = len(numbers) if len(numbers) < limit else len(united([best.matched, inside]))
    return Candidates(texts.of(connection, numbers[:limit]), total, min(len(best.exact), limit))


def ranks(connection: sqlite3.Connection, query: str, limit: int, within: Filter) -> Ranks:
    """What KeywordIndex.ranks answers, inside a snapshot of the file."""
    best = ranked(connection, query, limit, within)
    if not best.ranks:
        parts = _parts(connection, query, limit, within)
        return Ranks(parts, {}, len(parts))
    total = len(best.ranks) if len(best.ranks) < limit else len(best.matched)
    return Ranks(best.ranks, dict(best.exact), total, best.telling)


def _fragments(query: str) -> list[str]:
    """What `grams` is asked for: each of the longer terms by all of its groups of three characters."""
    terms = [term for term in query.split()[:MAX_TERMS] if len(term) >= 3]
    groups = ([term[start : start + 3] for start in range(len(term) - 2)] for term in terms)
    return [" AND ".join(map(quoted, group)) for group in groups]


def _parts(connection: sqlite3.Connection, query: str, limit: int, within: Filter) -> dict[int, float]:
    """The documents in which terms of the query stand inside words, best first, and how many of them do.

    What `grams` finds has the groups of characters of a term somewhere; only reading tells.
    """
    terms = [term.lower() for term in query.split()[:MAX_TERMS] if len(term) >= 3]
    found: dict[int, float] = {}
    for number, document in documents_of(
        connection, _inside(connection, query, within)[:limit].tolist()
    ).items():
        text = f"{document.title}\n{document.body}".lower()
        if count := sum(1 for term in terms if term in text):
            found[number] = float(count)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _inside(connection: sqlite3.Connection, query: str, within: Filter) -> Numbers:
    lists = lists_of(connection, GRAMS)
    found = [lists.matching(connection, fragment) for fragment in _fragments(query)]
    numbers = united(found)
    return numbers[np.isin(numbers, allowed(connection, within))] if within else numbers
