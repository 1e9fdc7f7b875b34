"""The keyword score that older clients of the REST interface know (REST.md, "Keyword search score")."""

import re
from bisect import insort
from collections.abc import Sequence

from search.texts import Text

BEFORE = 50
AFTER = 150
"""Characters of a snippet before and after the match."""
NOWHERE = -1
"""Of a text without any term."""


class LiteralQuery:
    """A query as terms split at white space, sought literally and case-insensitively, inside words too."""

    def __init__(self, query: str) -> None:
        self.text = query.strip()
        self.terms = self.text.split()
        self._phrase = self.text.lower()
        self._terms = self._phrase.split()

    def score(self, title: str, body: str) -> float | None:
        """Between 0 and 1, rounded to two places; None when no term occurs at all."""
        title, body = title.lower(), body.lower()
        in_title, in_body = self._in_title(title), self._in_body(body)
        return self._score(in_title, in_body) if in_title or in_body else None

    def best(self, texts: Sequence[Text], limit: int | None) -> tuple[list[tuple[float, Text]], int]:
        """The scores of the best texts, in this order and then in theirs, and in how many a term occurs.

        The title alone says how much a text can reach: where that is less than what the worst of the best
        has, its terms are not counted.
        """
        in_titles = self._in_titles(texts)
        best: list[tuple[float, int]] = []
        most = len(texts) if limit is None else limit
        for in_title in sorted({*in_titles} - {NOWHERE}, reverse=True):
            reach = self._score(in_title, 2 * len(self._terms))
            for place in (place for place, count in enumerate(in_titles) if count == in_title):
                if len(best) >= most and best[-1] < (-reach, place):
                    break
                insort(best, (-self._score(in_title, self._in_body(texts[place].body)), place))
                del best[most:]
        return [(-score, texts[place]) for score, place in best], len(texts) - in_titles.count(NOWHERE)

    def _in_titles(self, texts: Sequence[Text]) -> list[int]:
        """What the title of each text counts; NOWHERE if no term occurs in the body either. Term by term,
        because a call for each of hundreds of texts costs more than what it does."""
        titles = [text.title for text in texts]
        found = [0] * len(texts)
        for term in self._terms:
            found = [
                count + 1 if term in title else count for count, title in zip(found, titles, strict=True)
            ]
        left = [place for place, count in enumerate(found) if not count]
        for term in sorted({*self._terms}, key=len):  # the short ones stand nearly everywhere
            left = [place for place in left if term not in texts[place].body]
        for place in left:
            found[place] = NOWHERE
        every = len(self._terms)  # none of them is missing where the phrase occurs
        return [
            count + every if count == every and self._phrase in title else count
            for count, title in zip(found, titles, strict=True)
        ]

    def _in_title(self, title: str) -> int:
        found = sum(1 for term in self._terms if term in title)
        return found + len(self._terms) if found and self._phrase in title else found

    def _in_body(self, body: str) -> int:
        found = sum(map(body.count, self._terms))
        return found + len(self._terms) if found and self._phrase in body else found

    def _score(self, in_title: int, in_body: int) -> float:
        count = len(self._terms)
        return round(min(1.0, (3 * in_title + min(in_body, 2 * count)) / (4 * count)), 2)

    def snippet(self, body: str) -> str:
        """The text around the phrase, else around the first term that occurs; "" without any."""
        small = body.lower()
        if len(small) == len(body):  # else the places differ, as after "İ"
            found = ((small.find(words), len(words)) for words in (self._phrase, *self._terms))
        else:
            found = (_slowly(body, words) for words in (self.text, *self.terms))
        start, length = next((place for place in found if place[0] >= 0), (-1, 0))
        return _around(body, start, start + length) if start >= 0 else ""


def _slowly(body: str, words: str) -> tuple[int, int]:
    """Where the words begin in the body, and how long they are there; -1 where they do not stand in it."""
    match = re.search(re.escape(words), body, re.IGNORECASE)
    return (match.start(), match.end() - match.start()) if match else (-1, 0)


def _around(body: str, start: int, end: int) -> str:
    start, end = max(0, start - BEFORE), min(len(body), end + AFTER)
    text = body[start:end].strip()
    return ("..." if start else "") + text + ("..." if end < len(body) else "")
