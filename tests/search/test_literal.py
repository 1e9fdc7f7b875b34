"""The keyword score of REST.md."""

from random import Random

import pytest

from search.documents import Document
from search.literal import LiteralQuery
from search.texts import Text


@pytest.mark.parametrize(
    ("query", "title", "body", "score"),
    [
        ("otter", "Otter", "", 1.0),  # 3 · (1 + 1) / 4, at most 1
        ("otter", "Home", "one otter", 0.5),  # (1 + 1 for the phrase) / 4
        ("otter", "Home", "otter otter otter", 0.5),  # the body counts at most twice the terms
        ("sea otter", "Home", "the otter", 0.12),  # 1 / 8
        ("sea otter", "Home", "otter of the sea", 0.25),
        ("sea otter", "Home", "a sea otter", 0.5),  # 2 + 2 for the phrase
        ("sea otter", "Otter", "nothing", 0.38),  # 3 · 1 / 8
        ("sea otter", "Sea Otter", "nothing", 1.0),
        ("OTTER", "home", "an Otterwiki", 0.5),  # inside words, in any case
    ],
)
def test_the_score_follows_the_formula(query: str, title: str, body: str, score: float) -> None:
    assert LiteralQuery(query).score(title, body) == score


def test_the_best_are_those_of_the_plain_formula() -> None:
    chance = Random(7)
    words = ["otter", "sea", "Sea Otter", "otters", "pond", "OTTER", "x"]

    def some(most: int) -> str:
        return " ".join(chance.choices(words, k=chance.randint(0, most)))

    documents = [Document(str(number), some(3), some(12)) for number in range(400)]
    texts = [Text(one, one.title.lower(), one.body.lower()) for one in documents]
    for query in ("otter", "sea otter", "Pond", "x x", "otter sea pond", "sea  otter", "nowhere", ""):
        literal = LiteralQuery(query)
        scored = [
            (literal.score(one.title, one.body), text) for one, text in zip(documents, texts, strict=True)
        ]
        every = [(score, text) for score, text in scored if score is not None]
        every.sort(key=lambda pair: pair[0], reverse=True)
        for limit in (1, 5, 50, None):
            assert literal.best(texts, limit) == (every[:limit], len(every))


def test_a_text_without_any_term_is_no_match() -> None:
    assert LiteralQuery("otter").score("Home", "nothing here") is None


@pytest.mark.parametrize(
    ("query", "body", "snippet"),
    [
        ("otter", "an otter", "an otter"),
        ("otter", "nothing", ""),
        ("otter", "x" * 60 + "otter" + "y" * 160, "..." + "x" * 50 + "otter" + "y" * 150 + "..."),
        ("sea otter", "otter, then the sea", "otter, then the sea"),
        ("sea otter", "sea. " + "z" * 60 + " a sea otter", "..." + "z" * 47 + " a sea otter"),
        ("gone otter", "an otter", "an otter"),
        (".*", "a .* b", "a .* b"),
    ],
)
def test_the_snippet_surrounds_the_phrase_or_the_first_term(query: str, body: str, snippet: str) -> None:
    assert LiteralQuery(query).snippet(body) == snippet
