"""What a search answers, and what it says about itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from search.snippets import Snippet


class Mode(StrEnum):
    """By exact words, by meaning, or by both."""

    KEYWORD = "keyword"
    SEMANTIC = "semantic"
    HYBRID = "hybrid"


Leg = Literal["keyword", "meaning"]


@dataclass(frozen=True)
class Section:
    """A part of a document that answers the query. `path` are its headings, outermost first.

    `also` are shorter sections that stand in it too; `index` counts from 0 among `count` parts;
    `cosine` is None where only words led here.
    """

    name: str
    path: tuple[str, ...]
    also: tuple[tuple[str, ...], ...]
    index: int
    count: int
    text: str
    snippet: Snippet
    cosine: float | None


@dataclass(frozen=True)
class Hit:
    """A document. `score` lies between 0 and 1 and falls from hit to hit, but `exact` ones (documents
    with an identifier of the query, or a word that is rare among all of them) stand before the others, beside
    those of any term that hardly a document has. `sections` has one at the least, best first."""

    id: str
    title: str
    score: float
    legs: tuple[Leg, ...]
    exact: bool
    words: int
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Answer:
    """`mode` is what was done, `notice` says why when it is less than was asked for, else "".

    `behind` chunks could not be found by meaning yet; `total` counts hits beyond the limit too.
    """

    hits: list[Hit]
    total: int
    mode: Mode
    behind: int
    notice: str


@dataclass(frozen=True)
class Progress:
    """Of a rebuild. `left` is in seconds, None while it cannot be told."""

    documents: int
    documents_done: int
    chunks: int
    chunks_done: int
    embedded: int
    per_second: float
    left: float | None


@dataclass(frozen=True)
class SearchState:
    """How the search stands. `model` is None where there is only search by words; `problem` says why,
    or what is wrong with the model at the moment; `noticed` says what was wrong with a saved index."""

    model: str | None
    dimensions: int
    problem: str
    noticed: str
    documents: int
    chunks: int
    behind: int
    embedded: int
    reused: int
    rebuilding: Progress | None
