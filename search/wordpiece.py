"""BERT's uncased tokenizer: texts into the token ids that MiniLM was trained with.

The rules are those of BERT's BasicTokenizer and WordpieceTokenizer; a test compares the ids with
those of the `tokenizers` package, over every code point and over real pages.
"""

import unicodedata
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from search.errors import SearchUnavailable

VOCABULARY = Path(__file__).with_name("data") / "bert-base-uncased-vocab.txt"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
LONGEST_WORD = 100
"""A longer word is unknown as a whole (BERT's own limit)."""

_IDEOGRAPHS = (
    (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class _Characters(dict[int, str]):
    """What becomes of a character: dropped, a blank, a word of its own, or its small letter."""

    def __missing__(self, point: int) -> str:
        self[point] = result = _normal(chr(point))
        return result


def _normal(character: str) -> str:
    point, category = ord(character), unicodedata.category(character)
    if character in "\t\n\r" or category in {"Zs", "Zl", "Zp"}:
        return " "
    if category in {"Cc", "Cf", "Co", "Cs", "Mn"} or point == 0xFFFD:
        return ""
    symbol = 0x21 <= point <= 0x7E and not character.isalnum()
    if symbol or category[0] == "P" or any(low <= point <= high for low, high in _IDEOGRAPHS):
        return f" {character} "
    return character.lower()


class WordPiece:
    """Safe from any thread. Raises SearchUnavailable when the vocabulary is missing or another one."""

    def __init__(self, vocabulary: Path = VOCABULARY) -> None:
        self._ids = _read(vocabulary)
        self._characters = _Characters()
        self.start, self.end, self.unknown = (self._ids[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self._pieces = lru_cache(maxsize=50_000)(self._split)

    def encode(self, text: str, limit: int) -> list[int]:
        """The ids of the first tokens of `text` between start and end marks, `limit` ids at most."""
        plain = unicodedata.normalize("NFD", text).translate(self._characters)
        ids = [self.start]
        for word in plain.split():
            ids += self._pieces(word)
            if len(ids) >= limit - 1:
                break
        return [*ids[: limit - 1], self.end]

    def _split(self, word: str) -> tuple[int, ...]:
        """The longest known beginning, then the longest known continuation, and so on."""
        if len(word) > LONGEST_WORD:
            return (self.unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self._ids), None)
            if end is None:
                return (self.unknown,)
            found.append(self._ids[mark + word[start:end]])
            start = end
        return tuple(found)


def _read(vocabulary: Path) -> dict[str, int]:
    try:
        data = vocabulary.read_bytes()
    except OSError as error:
        raise SearchUnavailable(f"The vocabulary of the embedding model cannot be read ({error}).") from error
    if sha256(data).hexdigest() != VOCABULARY_SHA256:
        raise SearchUnavailable(f"{vocabulary.name} is not the vocabulary that the embedding model needs.")
    return {token: number for number, token in enumerate(data.decode().split("\n"))}
