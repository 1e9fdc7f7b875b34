"""The keyword score that older clients of the REST interface know (REST.md, "Keyword search score")."""

import re
from dataclasses import dataclass

BEFORE = 50
AFTER = 150
"""Characters of a snippet before and after the match."""


@dataclass(frozen=True)
class LiteralMatch:
    """`score` lies between 0 and 1, rounded to two places; 0 means that no term occurs."""

    score: float
    snippet: str


class LiteralQuery:
    """A query as terms split at white space, sought literally and case-insensitively, inside words too."""

    def __init__(self, query: str) -> None:
        self.text = query.strip()
        self.terms = self.text.split()
        self._phrase = re.compile(re.escape(self.text), re.IGNORECASE)
        self._terms = [re.compile(re.escape(term), re.IGNORECASE) for term in self.terms]

    def match(self, title: str, body: str) -> LiteralMatch | None:
        """The score and snippet of one text; None when no term occurs in it."""
        count = len(self.terms)
        phrase = self._phrase.search(body)
        in_title = sum(1 for term in self._terms if term.search(title))
        in_title += count if self._phrase.search(title) else 0
        in_body = sum(len(term.findall(body)) for term in self._terms) + (count if phrase else 0)
        if not in_title and not in_body:
            return None
        score = min(1.0, (3 * in_title + min(in_body, 2 * count)) / (4 * count))
        return LiteralMatch(round(score, 2), _snippet(body, phrase or self._first_term(body)))

    def _first_term(self, body: str) -> re.Match[str] | None:
        """The first match of the first term that occurs in the body."""
        return next((found for term in self._terms if (found := term.search(body))), None)


def _snippet(body: str, match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    start, end = max(0, match.start() - BEFORE), min(len(body), match.end() + AFTER)
    text = body[start:end].strip()
    return ("..." if start else "") + text + ("..." if end < len(body) else "")
