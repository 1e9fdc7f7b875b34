"""What was asked of the search page, in the names that Otter Wiki's form has, and `is_exact` and `page`."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

PER_PAGE = 20
MOST = 100
"""Pages that are found by words and meaning at most: what comes behind them answers nothing."""
LONGEST = 1_000
"""Characters that a search by words and meaning looks at."""

Mode = Literal["hybrid", "exact", "regexp"]


@dataclass(frozen=True)
class Asked:
    """One request. `page` counts from 1."""

    query: str
    mode: Mode
    match_case: bool
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, str], query: str | None, *, meaning: bool) -> "Asked":
        """From a form or an address, with the query of the path if there is one. Without `meaning` nothing
        else than exact words can be asked for."""
        match_case = values.get("is_casesensitive") == "y"
        exact = match_case or values.get("is_exact") == "y" or not meaning
        mode: Mode = "regexp" if values.get("is_regexp") == "y" else "exact" if exact else "hybrid"
        text = _printable(values.get("query", "") if query is None else query)
        return cls(text, mode, match_case, _number(values.get("page", "")))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.query.strip()

    @property
    def first(self) -> int:
        """How many results stand on the pages before."""
        return (self.page - 1) * PER_PAGE

    def turned(self, page: int) -> "Asked":
        """The same question, another page of its results."""
        return replace(self, page=page)

    @property
    def parameters(self) -> dict[str, str]:
        """The address of this question."""
        named = {
            "query": self.query,
            "is_exact": "y" if self.mode == "exact" and not self.match_case else "",
            "is_casesensitive": "y" if self.match_case else "",
            "is_regexp": "y" if self.mode == "regexp" else "",
            "page": str(self.page) if self.page > 1 else "",
        }
        return {name: value for name, value in named.items() if value}


def _printable(text: str) -> str:
    """Without control characters, but for the tabulator: HTML cannot show them."""
    return "".join(char for char in text if char == "\t" or unicodedata.category(char) not in {"Cc", "Cs"})


def _number(text: str) -> int:
    """A page's number; nothing that is sent here is an error."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
