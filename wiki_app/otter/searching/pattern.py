"""What is looked for in the texts of pages, within a bound of time.

`regex` is Otter Wiki's own choice: its matching can be stopped, and lets other threads run meanwhile.
"""

from collections.abc import Iterator
from itertools import islice
from time import monotonic

import regex

from wiki_app.errors import InvalidInput
from wiki_app.finding import Marks
from wiki_app.otter.searching.asked import Asked

SECONDS = 10.0
"""What one search may take in all,"""
SECONDS_A_LINE = 1.0
"""and in one line."""
LONGEST = 300
"""Characters of exact words or an expression: what `regex` prepares for a long text that repeats itself takes
seconds from some 500 on (`ab` 500 times: 1.2 s), and cannot be stopped."""
SECONDS_TO_SHOW = 1.0
"""What is left for the pages that are shown, once all were counted."""
MOST = 10_000
"""Matches that are counted in a page."""

_RECURSION = regex.compile(r"\(\?(?:R|[+-]?\d|&|P>)")


class Pattern:
    """Exact words or a regular expression; `incomplete` once time was short.

    Made for one search. Raises InvalidInput for what is no regular expression.
    """

    def __init__(self, asked: Asked) -> None:
        source = _expression(asked)
        self._expression = _compiled(source, 0 if asked.match_case else regex.IGNORECASE)
        self._of_names = _compiled(source, regex.IGNORECASE)
        self._literal = asked.mode != "regexp"
        self._ends = monotonic() + SECONDS
        self.incomplete = False

    @property
    def is_late(self) -> bool:
        """Whether no further page may be looked at."""
        late = monotonic() >= self._ends - SECONDS_TO_SHOW
        self.incomplete = self.incomplete or late
        return late

    def in_name(self, name: str) -> Marks:
        """Where a page's name matches: capitals never count there."""
        return self._marks(self._of_names, name)

    def in_line(self, line: str) -> Marks:
        """Where a line matches."""
        return self._marks(self._expression, line)

    def lines(self, text: str) -> Iterator[tuple[int, str, Marks]]:
        """The lines that match, with their numbers."""
        # No line end is part of exact words: what the whole text lacks, no line has, and most pages lack it.
        if self._literal and not self._expression.search(text, concurrent=True):
            return
        for number, line in enumerate(text.splitlines()):
            marks = self.in_line(line)
            if marks:
                yield number, line, marks

    def _marks(self, expression: "regex.Pattern[str]", text: str) -> Marks:
        left = min(self._ends - monotonic(), SECONDS_A_LINE)
        if left <= 0:
            self.incomplete = True
            return ()
        try:
            if not expression.search(text, timeout=left, concurrent=True):  # cheaper, and mostly all
                return ()
            found = expression.finditer(text, timeout=left, concurrent=True)
            return tuple(match.span() for match in islice(found, MOST))
        except TimeoutError:
            self.incomplete = True
            return ()


def _expression(asked: Asked) -> str:
    if len(asked.query) > LONGEST:
        what = "A regular expression has" if asked.mode == "regexp" else "Exact words have"
        raise InvalidInput(f"{what} {LONGEST:,} characters at most: shorten what you look for.")
    if asked.mode != "regexp":
        return str(regex.escape(asked.query))
    if _RECURSION.search(asked.query):
        raise InvalidInput("A regular expression that calls itself may need all memory: say it without.")
    return asked.query


def _compiled(source: str, flags: int) -> "regex.Pattern[str]":
    try:
        return regex.compile(source, flags)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        raise InvalidInput(f"This is no regular expression: {error}.") from error
