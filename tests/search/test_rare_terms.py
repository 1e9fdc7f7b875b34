"""Exact terms win (DECISIONS 27): whoever types an identifier gets its page first."""

import re
from pathlib import Path
from random import Random

import pytest

from search.answers import Mode
from search.documents import Document
from tests.search.conftest import opened

SHAPES = (
    "ERR_{a}-{n}", "{b}_{a2}_{n}", "v{d}.{n}.{d}-rc{d}", "/etc/{b}/{a2}.d/{n}", "{b}{A}Handler{n}",
    "CVE-20{n}-{n}{d}", "0x{n}af{d}e", "{b}::{A}::{a2}", "{b}-{a2}-{n}.service", "QZ{n}", "{b}@{a2}.example",
    "{b}.{a2}({n})",
)  # fmt: skip


def identifiers(count: int) -> list[str]:
    """Different ones, of the shapes that programs and people give to names."""
    random = Random(4)
    syllables = ["ba", "ke", "lo", "mi", "nu", "ra", "so", "ti", "vu", "ze"]

    def name() -> str:
        return "".join(random.choices(syllables, k=3))

    found: dict[str, None] = {}
    while len(found) < count:
        shape = SHAPES[len(found) % len(SHAPES)]
        small = name()
        found[
            shape.format(
                a=name().upper(),
                b=small,
                a2=name(),
                A=name().title(),
                n=random.randint(100, 999),
                d=random.randint(1, 9),
            )
        ] = None
    return list(found)


def pages(planted: list[str]) -> list[Document]:
    """Each with one identifier in it, all with the same running text, in which every part of one occurs."""
    common = "How to restart the service when the handler of an error fails and the release is wrong. " * 6
    parts = " ".join(part for name in planted for part in re.findall(r"[A-Za-z]+|[0-9]+", name))
    return [
        Document(f"page{number}", f"Page {number}", f"# Page\n\n{common}\n\nSeen: {name} here.\n\n{common}")
        for number, name in enumerate(planted)
    ] + [Document(f"noise{number}", "Noise", f"{common} {parts}") for number in range(3)]  # fmt: skip


async def test_two_hundred_planted_identifiers_are_found_first(tmp_path: Path) -> None:
    planted = identifiers(200)
    async with opened(tmp_path) as parts:
        await parts.search.upsert(pages(planted))
        await parts.search.rebuild()
        for mode in (Mode.KEYWORD, Mode.HYBRID):
            missed = [
                name
                for number, name in enumerate(planted)
                if (hits := (await parts.search.query(name, mode=mode, limit=3)).hits)[0].id
                != f"page{number}"
                or not hits[0].exact
            ]
            assert missed == []


async def test_an_identifier_inside_a_question_is_found_first(tmp_path: Path) -> None:
    planted = identifiers(60)
    async with opened(tmp_path) as parts:
        await parts.search.upsert(pages(planted))
        await parts.search.rebuild()
        missed = []
        for number, name in enumerate(planted):
            answer = await parts.search.query(f"how do I restart the service when the handler says {name}")
            missed += [name] if answer.hits[0].id != f"page{number}" else []

    assert missed == []


@pytest.mark.parametrize(
    ("term", "others", "exact"),
    [("zebra", 5, False), ("zebra", 18, False), ("zebra", 19, True), ("ERR_X-42", 5, True), ("x86", 5, True)],
)
async def test_an_exact_term_is_said_of_identifiers_and_of_words_that_are_rare_among_all(
    tmp_path: Path, term: str, others: int, exact: bool
) -> None:
    fill = [Document(f"other{number}", "Other", "stripes everywhere " * 9) for number in range(others)]
    async with opened(tmp_path) as parts:
        await parts.search.upsert([*fill, Document("found", "Found", f"stripes of the {term}")])
        hits = (await parts.search.query(f"{term} stripes", mode=Mode.KEYWORD)).hits

    assert (hits[0].id, hits[0].exact) == ("found", exact)
    assert not any(hit.exact for hit in hits[1:])
