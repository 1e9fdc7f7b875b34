"""Seeded texts and vectors for an index larger than anybody would embed for a benchmark (DECISIONS 29)."""

import random
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from search.documents import Document
from search.embedder import Model, Vectors
from search.local_model import LocalModel

SEED = 20260504
SECTIONS = 4
"""Chunks of a document,"""
WORDS = 60
"""and words of each: more than a stub, less than what is cut in two."""
VOCABULARY = 20_000
COMMON = 150
"""The most frequent words; like stop-words, no query is made of them."""
SYLLABLES = ("ba", "cor", "de", "fin", "gu", "hal", "ir", "jo", "ken", "lum", "mi", "nor", "po", "qua",
             "res", "su", "tal", "ver", "wi", "zen")  # fmt: skip


class SyntheticModel:
    """Texts get seeded vectors of length 1 at once; queries go through the real model and take its time."""

    model = Model("seeded", 384)
    batch = 256
    parallel = 1

    def __init__(self, real: LocalModel) -> None:
        self._real = real

    async def embed(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """One vector a text, in order."""
        if urgent:
            return await self._real.embed(texts, urgent=True)
        rows = np.stack([_seeded(text) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    async def close(self) -> None:
        """The real model is closed with it."""
        await self._real.close()


def _seeded(text: str) -> Vectors:
    seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(384, np.float32)


def documents(chunks: int) -> Iterator[Document]:
    """Texts whose words are as unevenly frequent as those of a language (Zipf's law, exponent 1)."""
    chance = random.Random(SEED)
    names = vocabulary()
    weights = _cumulated(len(names))
    for number in range(chunks // SECTIONS):
        drawn = chance.choices(names, cum_weights=weights, k=SECTIONS * (WORDS + 2))
        parts = [drawn[at : at + WORDS + 2] for at in range(0, len(drawn), WORDS + 2)]
        body = "\n\n".join(f"## {' '.join(part[:2])}\n\n{' '.join(part[2:])}" for part in parts)
        yield Document(f"topic {number // 100:03}/page {number}", " ".join(drawn[2:4]), body)


def queries(count: int) -> list[str]:
    """Two to four words each, as often as the texts have them, but none of the most frequent."""
    chance = random.Random(SEED + 1)
    names = vocabulary()
    weights = _cumulated(len(names))
    drawn = (chance.choices(names, cum_weights=weights)[0] for _ in iter(int, 1))
    usual = set(names[:COMMON])
    words = (word for word in drawn if word not in usual)
    return [" ".join(next(words) for _ in range(chance.randint(2, 4))) for _ in range(count)]


def vocabulary() -> list[str]:
    """Different words that could be spoken, the most frequent first."""
    chance = random.Random(SEED + 2)
    found: dict[str, None] = {}
    while len(found) < VOCABULARY:
        found["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(found)


def _cumulated(count: int) -> list[float]:
    total, sums = 0.0, []
    for rank in range(1, count + 1):
        total += 1 / rank
        sums.append(total)
    return sums
