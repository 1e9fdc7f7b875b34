"""How much of a model's context a text takes, counted from above, and what a result may take.

No tokenizer is shipped. The estimate follows how the usual ones cut a text (case, digits in threes,
punctuation, one token a letter of other scripts) and errs upwards; tests/edge compare it with a real one.
"""

import re
from collections.abc import Iterable

USUAL = 8_000
"""Tokens of a result that nobody asked to be larger."""
MOST = 25_000
"""Tokens of any result (what clients take before they cut it themselves)."""
PAGE_TEXT = 6_000
"""Tokens of page text in a usual result: room for quoting as JSON, and for what stands beside it."""
MOST_PAGE_TEXT = 18_000

LONGEST = 32

# A word of up to twelve letters counts as one, a longer run as one each two letters: it is no word.
_PIECE = re.compile(
    r"[ ]?[A-Z]?[a-z]{1,12}(?![a-z])|[A-Z]?[a-z]{1,2}|[A-Z]{1,2}|\d{1,2}|[ \t]{2,16}|\r?\n[ \t]*"
    r"|[!-/:-@\[-`{-~]{1,2}|[\u0080-\uffff]|[^\x00-\x7f]"
)
_DENSE = re.compile(r"[\u0900-\uffff]")
"""Scripts in which a character often takes more than one token; emoji, beyond, take three."""


def estimate(text: str) -> int:
    """Tokens, rather too many than too few."""
    count = len(_PIECE.findall(text))
    if text.isascii():
        return count
    return count + len(_DENSE.findall(text)) // 2 + 2 * sum(char > "\uffff" for char in text)


def fits(text: str, tokens: int) -> bool:
    """Whether the text takes at most so many tokens. Quick for short texts (a token has a byte at least)
    and for long ones (hardly any has more than LONGEST characters).
    """
    if len(text) > tokens * LONGEST:
        return False
    return len(text.encode("utf-8", "replace")) <= tokens or estimate(text) <= tokens


def fitting(texts: Iterable[str], tokens: int) -> int:
    """How many of the texts, from the first on, fit together."""
    count = 0
    for text in texts:
        tokens -= estimate(text) + 1
        if tokens < 0:
            break
        count += 1
    return count
