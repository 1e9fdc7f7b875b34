"""The part of a text that shows why it was found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.plain import plain
from search.words import words

LENGTH = 240
"""Characters of a snippet, about."""
ENDING = 3
"""Letters that an ending may have: of longer words the rest has to fit."""


@dataclass(frozen=True)
class Snippet:
    """`marks` are the places of the query's words in `text`, as (start, end)."""

    text: str
    marks: tuple[tuple[int, int], ...]


_WORD = re.compile(r"[^\W_]+")


class Highlighter:
    """Finds the words of one query in texts, with other endings too."""

    def __init__(self, query: str) -> None:
        self._stems = tuple(dict.fromkeys(_stem(word) for word in words(query)))
        stems = "|".join(map(re.escape, sorted(self._stems, key=len, reverse=True)))
        self._words = re.compile(rf"(?<![^\W_])(?:{stems})[^\W_]*") if stems else None

    def count(self, text: str) -> int:
        """How many different words of the query stand in a text, inside other words too."""
        small = text.lower()
        return sum(1 for stem in self._stems if stem in small)

    def snippet(self, text: str) -> Snippet:
        """The piece of a Markdown text with most of the words, its beginning where none stands in it.

        It is shown without its marks (search/plain.py).
        """
        whole = plain(text)
        starts = [start for start, _ in self._marks(whole)]
        best = max(starts, key=lambda start: (_within(starts, start), -start), default=0)
        begin = _word_start(whole, max(0, best - LENGTH // 6)) if len(whole) > LENGTH else 0
        end = _word_end(whole, begin + LENGTH)
        shown = ("… " if begin else "") + whole[begin:end].strip() + (" …" if end < len(whole) else "")
        return Snippet(shown, tuple(self._marks(shown)))

    def _marks(self, text: str) -> Iterator[tuple[int, int]]:
        small = text.lower()
        if self._words and len(small) == len(text):
            yield from (match.span() for match in self._words.finditer(small))
        elif self._words:  # places differ, as after "İ": word by word
            words = _WORD.finditer(text)
            yield from (word.span() for word in words if word.group().lower().startswith(self._stems))


def _stem(word: str) -> str:
    """The beginning that a word shares with its other forms; a rough rule, only for what is shown."""
    return word[: max(len(word) - ENDING, 4)] if word.isalpha() else word


def _within(starts: list[int], start: int) -> int:
    return sum(1 for other in starts if start <= other < start + LENGTH)


def _word_start(text: str, at: int) -> int:
    return text.rfind(" ", 0, at + 1) + 1 if at else 0


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    end = text.rfind(" ", 0, at + 1)
    return end if end > at - LENGTH // 4 else at
