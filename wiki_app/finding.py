"""What the wiki's search page needs of a search, whoever provides it: contracts between the parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

Marks = tuple[tuple[int, int], ...]
"""Places in a text, as (start, end), in order and apart from each other."""


@dataclass(frozen=True)
class FoundSection:
    """A part of a page that answers. `path` are its headings as the text has them, outermost first; `marks`
    are the query's words in the snippet."""

    path: tuple[str, ...]
    snippet: str
    marks: Marks


@dataclass(frozen=True)
class FoundPage:
    """A page by its display path. `why` names what led to it: "exact", "keyword", "meaning"."""

    path: str
    title: str
    why: tuple[str, ...]
    sections: tuple[FoundSection, ...]


@dataclass(frozen=True)
class FoundPages:
    """Best first; `total` counts those beyond the limit too.

    `behind` parts of pages are not known by meaning yet; `notice` says why the search was by words only,
    "" when it was not.
    """

    pages: tuple[FoundPage, ...]
    total: int
    behind: int
    notice: str


class Finder(Protocol):
    """A search by words and meaning. Its methods block and are called from the wiki's own threads.

    `caller` is the principal of the request, as `scope["principal"]` has it.
    """

    @property
    def related_at(self) -> str:
        """The address below which the related pages of a page are asked for; "" where there are none."""
        ...

    def find(self, caller: object, text: str, limit: int) -> FoundPages:
        """At most `limit` pages that the caller may see. Raises Unavailable."""
        ...

    def seen_by(self, caller: object) -> Callable[[str], bool]:
        """Whether the caller may see the page with a key."""
        ...
