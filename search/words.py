"""How a text is cut into words for the keyword index: plain words, identifiers, parts of both.

FTS5's own tokenizer makes words and stems of running text. What it cannot do is kept in a column
of its own, as extra words: identifiers as a whole (`ERR_X-42`, `snake_case`, `2.26.1`, `/etc/hosts`),
the parts of camelCase words, and pairs of characters for scripts written without blanks.
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

STOP_WORDS = frozenset(
    """
    a about above after again all am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further had has have having he
    her here hers him his how i if in into is it its itself just me more most my no nor not now of off
    on once only or other our out over own same she should so some such than that the their them then
    there these they this those through to too under until up very was we were what when where which
    while who whom why will with would you your
    """.split()  # noqa: SIM905  # a list of 120 strings would fill the file
)
"""Words that say nothing about a page; identifiers are never among them."""

_WORD = re.compile(r"[^\W_]+")
# It begins where a word begins: otherwise every word would be tried again from each of its letters.
_IDENTIFIER = re.compile(r"(?<![^\W_])[^\W_]++(?:(?:[-_.:@+#/\\]+[^\W_]+)+(?:\+\+|#)?|\+\+|#)")
_TERM = re.compile(r"[^\W_]+(?:[-_.:@+#/\\]+[^\W_]+)*(?:\+\+|#)?")
_CODE = re.compile(
    r"_|[^\W\d_]\d|\d[^\W\d_]|\d{4}|[^\W_]{2}[.:@#]+[^\W_]|\d\.\d+\.|[a-z][A-Z]|[\\]|/.*/|\+\+$|#$"
)
FEW = 3
"""Words of a query that is a list of terms rather than a sentence."""
_SEGMENT = re.compile(r"[^/\\]+")
# Words of several parts: an inner capital, or letters and digits together.
_MIXED = re.compile(
    r"\b(?=[A-Za-z0-9]*(?:[a-z][A-Z]|[A-Z]{2}[a-z]|[A-Za-z][0-9]|[0-9][A-Za-z]))[A-Za-z0-9]+", re.ASCII
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+")


def words(text: str) -> list[str]:
    """The plain words of a query, in order, lower-cased, each once; stop-words only if alone."""
    found = list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))
    return [word for word in found if word not in STOP_WORDS] or found


def identifiers(text: str) -> list[str]:
    """The identifiers of a text as a whole, lower-cased, each once.

    An identifier is words joined by `-_.:@+#/` or a backslash. A path counts as a whole,
    and so does each of its segments that is an identifier itself.
    """
    found: dict[str, None] = {}
    for whole in _IDENTIFIER.findall(text):
        found[whole.lower()] = None
        for segment in _SEGMENT.findall(whole):
            if not segment.isalnum():
                found[segment.lower()] = None
    return list(found)


def pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of words that stand together in a query, neither of them a stop-word."""
    plain = [word.lower() for word in _WORD.findall(text)]
    return list(dict.fromkeys((a, b) for a, b in pairwise(plain) if not STOP_WORDS & {a, b}))


def exact_terms(query: str) -> list[str]:
    """The terms of a query that mean just themselves, lower-cased.

    All of them when they are few; in a sentence only what looks like code: a rare word of running text
    says little, and putting its pages first made answers worse (docs/evaluation.md).
    """
    terms = dict.fromkeys(found.group() for found in _TERM.finditer(query))
    plain = words(query)
    if len(plain) <= FEW:
        return [term.lower() for term in terms if not term.isalnum() or term.lower() in plain]
    paths = {part.lstrip("/") for part in query.split() if part.startswith("/")}
    return [term.lower() for term in terms if len(term) > 2 and (_CODE.search(term) or term in paths)]


def is_code(term: str) -> bool:
    """Whether a term looks like an identifier, an error code, a version or a path, not like a word."""
    return bool(_CODE.search(term) or not term.isalnum())


def code(identifier: str) -> str:
    """One word of digits that stands for an identifier: no tokenizer splits it and no stemmer cuts it."""
    return str(int.from_bytes(blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest()))


def extra_words(text: str) -> list[str]:
    """What the tokenizer misses: codes of identifiers, parts of camelCase, pairs of unspaced scripts."""
    return [*map(code, identifiers(text)), *dict.fromkeys(_parts(text))]


def _parts(text: str) -> Iterator[str]:
    for word in _MIXED.findall(text):
        yield from (part.lower() for part in _PART.findall(word))
    for run in _UNSPACED.findall(text):
        yield from (run[start : start + 2] for start in range(len(run) - 1))
