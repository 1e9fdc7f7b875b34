"""The keyword score that older clients of the REST interface know (REST.md, "Keyword search score")."""

import re

BEFORE = 50
AFTER = 150
"""Characters of a snippet before and after the match."""


class LiteralQuery:
    """A query as terms split at white space, sought literally and case-insensitively, inside words too."""

    def __init__(self, query: str) -> None:
        self.text = query.strip()
        self.terms = self.text.split()
        self._phrase = self.text.lower()
        self._terms = self._phrase.split()

    def score(self, title: str, body: str) -> float | None:
        """Between 0 and 1, rounded to two places; None when no term occurs at all."""
        count = len(self._terms)
        title, body = title.lower(), body.lower()
        in_title = sum(1 for term in self._terms if term in title) + (count if self._phrase in title else 0)
        in_body = sum(body.count(term) for term in self._terms)
        if not in_title and not in_body:
            return None
        in_body += count if self._phrase in body else 0
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
