"""Which documents answer a query by their words, and how well: the SQL of the keyword leg.

The rank is bm25 of the words, plus a part of bm25 of pairs of words that stand together, of the words
of the id (a path says what a text is about), and of identifiers. Weights: docs/evaluation.md.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable

from search.documents import Filter
from search.words import code, exact_terms, extra_words, identifiers, pairs, words

TITLE_WEIGHT = 2.0
PAIRS_WEIGHT = 0.3
PLACE_WEIGHT = 0.5
CODE_WEIGHT = 0.2
RARE = 3
"""A term of the query that stands in at most so many documents puts them first (DECISIONS 27)."""
MAX_TERMS = 64
"""Terms of a query beyond these are not looked up."""
DEPTH = 500
"""Documents of each part of the rank that are looked at, at the least."""
BEGINS = "substr(id, 1, length(?)) = ?"
NOTHING = '""'
"""A query that FTS5 accepts and that finds nothing."""


def ranked(connection: sqlite3.Connection, query: str, limit: int, within: Filter) -> dict[int, float]:
    """Numbers of documents that share a word with the query, with their rank, best first."""
    parts = [
        ("words", TITLE_WEIGHT, 1.0, alternatives(query)),
        ("words", TITLE_WEIGHT, PAIRS_WEIGHT, _any(pairs(query))),
        ("places", 1.0, PLACE_WEIGHT, _any(words(query))),
        ("codes", 1.0, CODE_WEIGHT, _any(extra_words(query))),
    ]
    total: Counter[int] = Counter()
    for table, title, weight, match in parts:
        if match != NOTHING:
            found = _scores(connection, table, title, match, max(DEPTH, limit), within)
            total.update({number: weight * score for number, score in found.items()})
    best = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return {number: float(score) for number, score in best}


def rare(connection: sqlite3.Connection, query: str, within: Filter) -> Counter[int]:
    """The documents of those terms of the query that hardly any other has: how many of the terms each has."""
    found: Counter[int] = Counter()
    for term in exact_terms(query)[:MAX_TERMS]:
        joined = identifiers(term)
        table, match = ("codes", code(joined[0])) if joined else ("words", term)
        rows = connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT ?", (quoted(match), RARE + 1)
        ).fetchall()
        if len(rows) <= RARE:
            found.update(row[0] for row in rows)
    if within and found:
        found = Counter({number: found[number] for number in _inside(connection, found, within)})
    return found


def count_of_words(connection: sqlite3.Connection, query: str, within: Filter) -> int:
    """How many documents share a word with the query."""
    condition, values = restriction(within)
    row = connection.execute(
        f"SELECT count(*) FROM words WHERE words MATCH ? {condition}", (alternatives(query), *values)
    ).fetchone()
    return int(row[0])


def restriction(within: Filter, column: str = "rowid") -> tuple[str, list[object]]:
    """The SQL of a filter (beginning with AND) and its values; "" when there is none."""
    if not within:
        return "", []
    conditions, values = ["1"], list[object]()
    for prefix in within.prefixes:
        conditions.append(BEGINS)
        values += [prefix, prefix]
    if within.either:
        conditions.append(f"({' OR '.join([BEGINS] * len(within.either))})")
        values += [value for prefix in within.either for value in (prefix, prefix)]
    if within.tag is not None:
        conditions.append("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)")
        values.append(within.tag)
    if within.category is not None:
        conditions.append("category = ?")
        values.append(within.category)
    return f"AND {column} IN (SELECT number FROM documents WHERE {' AND '.join(conditions)})", values


def alternatives(query: str) -> str:
    """What `words` is asked for: any word, and any beginning of a word where a term is very short.

    A stop-word is no beginning, except alone: "a" begins a tenth of all words, and reading them all costs
    ten times the rest of the query.
    """
    plain = words(query)[:MAX_TERMS]
    short = [word for word in plain if len(word) < 3]
    return " OR ".join([*map(quoted, plain), *(f"{quoted(word)} *" for word in short)]) or NOTHING


def quoted(word: str) -> str:
    """A word or phrase as FTS5 takes it literally."""
    return '"' + word.replace('"', '""') + '"'


def _inside(connection: sqlite3.Connection, numbers: Iterable[int], within: Filter) -> list[int]:
    condition, values = restriction(within, "number")
    rows = connection.execute(
        f"SELECT number FROM documents WHERE number IN (SELECT value FROM json_each(?)) {condition}",
        (json.dumps(list(numbers)), *values),
    )
    return [row[0] for row in rows]


def _any(terms: list[str]) -> str:
    return " OR ".join(map(quoted, terms[:MAX_TERMS])) or NOTHING


def _scores(
    connection: sqlite3.Connection, table: str, title: float, match: str, limit: int, within: Filter
) -> dict[int, float]:
    condition, values = restriction(within)
    rows = connection.execute(
        f"SELECT rowid, -bm25({table}, ?) AS score FROM {table} WHERE {table} MATCH ? {condition}"
        " ORDER BY score DESC, rowid LIMIT ?",
        (title, match, *values, limit),
    )
    return dict(rows.fetchall())
