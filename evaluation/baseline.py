"""What one would do without a search: grep each word of the question, take the texts with most hits."""

import re
from collections import Counter

from evaluation.collection import Collection
from search.words import words


class Grep:
    """Counts lines as `grep -ci` does, for each word that is no stop-word; most different words first."""

    def __init__(self, collection: Collection) -> None:
        self._lines = {
            document.id: f"{document.title}\n{document.body}".lower().splitlines()
            for document in collection.documents
        }

    def ranked(self, question: str, limit: int) -> list[str]:
        """Ids, best first."""
        terms = [re.escape(word) for word in words(question)]
        scores = {key: self._score(lines, terms) for key, lines in self._lines.items()}
        found = Counter({key: score for key, score in scores.items() if score[0]})
        return sorted(found, key=lambda key: (scores[key], key), reverse=True)[:limit]

    @staticmethod
    def _score(lines: list[str], terms: list[str]) -> tuple[int, int]:
        counts = [sum(1 for line in lines if re.search(term, line)) for term in terms]
        return sum(1 for count in counts if count), sum(counts)
