"""The service: what a query answers, how little is embedded, and what happens when the model fails."""

import asyncio
from pathlib import Path

import pytest

from search.answers import Mode
from search.documents import Document, Filter
from search.errors import SearchUnavailable
from search.keywords import KeywordIndex
from search.meaning import FRESH, SLICE, SLICE_SECONDS
from search.service import SearchService
from search.stand_in import StandInModel
from tests.search.conftest import Parts, opened

TEXTS = [
    Document("animals/otter", "Otter", "# Otter\n\nOtters swim in rivers and eat fish.", tags=("river",)),
    Document("animals/horse", "Horse", "# Horse\n\nHorses run over meadows and eat grass."),
    Document("tools/pump", "Pump", "# Pump\n\nThe pump P-1048_B moves water.", category="tools"),
]


def large(sections: int, edited: int | None = None) -> str:
    """A page of so many sections of 60 different words, one of them edited."""
    return "\n\n".join(
        f"## Part {number}\n\n" + " ".join(f"word{number}x{one}" for one in range(60))
        + (" edited" if number == edited else "")
        for number in range(sections)
    )  # fmt: skip


async def ids(parts: Parts, text: str, mode: Mode = Mode.HYBRID, within: Filter | None = None) -> list[str]:
    answer = await parts.search.query(text, mode=mode, within=within or Filter())
    return [hit.id for hit in answer.hits]


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_was_written_is_found_by_the_next_query(parts: Parts, mode: Mode) -> None:
    await parts.search.upsert(TEXTS)

    assert (await ids(parts, "otters eat fish", mode))[0] == "animals/otter"


@pytest.mark.parametrize("mode", list(Mode))
async def test_what_was_replaced_or_removed_is_found_no_more(parts: Parts, mode: Mode) -> None:
    await parts.search.upsert(TEXTS)
    await ids(parts, "fish", mode)
    await parts.search.upsert([Document("animals/otter", "Otter", "# Otter\n\nNow about submarines.")])
    await parts.search.remove(["animals/horse"])

    answer = await parts.search.query("otters horses meadows fish", mode=mode)

    assert "animals/horse" not in [hit.id for hit in answer.hits]
    assert all("fish" not in section.text for hit in answer.hits for section in hit.sections)


async def test_a_hit_says_where_and_why(parts: Parts) -> None:
    await parts.search.upsert(TEXTS)

    answer = await parts.search.query("rivers")

    hit = answer.hits[0]
    assert (hit.id, hit.title, hit.legs) == ("animals/otter", "Otter", ("keyword", "meaning"))
    section = hit.sections[0]
    assert section.path == ("Otter",) and section.cosine
    assert [section.snippet.text[start:end] for start, end in section.snippet.marks] == ["rivers"]


async def test_a_filter_holds_in_both_legs(parts: Parts) -> None:
    await parts.search.upsert(TEXTS)

    for mode in Mode:
        assert await ids(parts, "eat", mode, Filter(prefixes=("tools/",))) in ([], ["tools/pump"])
        assert await ids(parts, "eat", mode, Filter(tag="river")) == ["animals/otter"]
        assert await ids(parts, "water", mode, Filter(category="tools")) == ["tools/pump"]


async def test_an_exact_rare_term_wins_over_what_is_alike(parts: Parts) -> None:
    await parts.search.upsert(TEXTS)

    assert (await ids(parts, "otters and horses eat fish and grass near P-1048_B"))[0] == "tools/pump"


async def test_a_rename_embeds_nothing(parts: Parts) -> None:
    await parts.search.upsert([Document("old", "Old", large(40))])
    await parts.search.rebuild()
    before = len(parts.model.seen)

    await parts.search.remove(["old"])
    await parts.search.upsert([Document("new/name", "Name", large(40))])

    assert (await ids(parts, "word7x7", Mode.SEMANTIC))[0] == "new/name"
    assert before == 40
    assert len(parts.model.seen) == before


async def test_an_edit_of_a_section_embeds_that_section(parts: Parts) -> None:
    await parts.search.upsert([Document("page", "Page", large(40))])
    await parts.search.rebuild()
    before = len(parts.model.seen)

    await parts.search.upsert([Document("page", "Page", large(40, edited=7))])
    await parts.search.query("anything", mode=Mode.SEMANTIC)

    assert len(parts.model.seen) == before + 1
    assert parts.model.seen[-1].endswith("edited")


async def test_a_lost_cache_embeds_nothing_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as parts:
        await parts.search.upsert([*TEXTS, Document("page", "Page", large(20))])
        await parts.search.rebuild()
        seen = len(parts.model.seen)
    for file in (tmp_path / "cache").iterdir():
        file.unlink()

    async with opened(tmp_path) as parts:
        await parts.search.upsert([*TEXTS, Document("page", "Page", large(20))])
        progress = await parts.search.rebuild()

        assert (seen, parts.model.seen, progress.embedded) == (23, [], 0)
        assert (await ids(parts, "fish", Mode.SEMANTIC))[0] == "animals/otter"


async def test_a_query_embeds_a_few_and_says_how_many_are_behind(parts: Parts) -> None:
    await parts.search.upsert([Document("page", "Page", large(SLICE + 10))])

    first = await parts.search.query("word3x3")
    second = await parts.search.query("word3x3")

    assert (first.behind, second.behind) == (10, 0)


async def test_a_query_waits_half_a_second_at_most_for_pending_chunks(tmp_path: Path) -> None:
    async with opened(tmp_path, StandInModel(delay=0.8), wait=SLICE_SECONDS) as parts:
        await parts.search.upsert(TEXTS)
        answer = await parts.search.query("fish", mode=Mode.SEMANTIC)

        assert answer.behind == 3
        await asyncio.sleep(0.5)  # what was begun is finished all the same
        assert parts.meaning.behind == 0


async def test_the_background_embeds_what_no_query_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path, background=True) as parts:
        await parts.search.upsert([Document("page", "Page", large(FRESH + 20))])
        async with asyncio.timeout(20):
            while len(parts.model.seen) < FRESH + 20 or parts.meaning.behind:  # noqa: ASYNC110 - what another task does
                await asyncio.sleep(0.01)

        assert (await parts.search.query("word3x3")).behind == 0


async def test_a_failing_model_leaves_words_and_says_so(parts: Parts) -> None:
    parts.model.failure = "The model is ill."
    await parts.search.upsert(TEXTS)

    answer = await parts.search.query("fish")

    assert [hit.id for hit in answer.hits] == ["animals/otter"]
    assert (answer.mode, answer.notice) == (Mode.KEYWORD, "The model is ill.")
    with pytest.raises(SearchUnavailable):
        await parts.search.query("fish", mode=Mode.SEMANTIC)


async def test_no_write_is_lost_because_the_model_failed(tmp_path: Path) -> None:
    async with opened(tmp_path) as parts:
        parts.model.failure = "The model is ill."
        await parts.search.upsert(TEXTS)
        await parts.search.query("fish")
        assert (await parts.search.state()).problem == "The model is ill."

    async with opened(tmp_path) as parts:
        assert (await ids(parts, "fish", Mode.SEMANTIC))[0] == "animals/otter"


async def test_without_a_model_it_searches_by_words_and_says_so(tmp_path: Path) -> None:
    keywords = KeywordIndex(tmp_path / "keywords.db")
    async with SearchService(keywords, None, without="The model is not installed.") as search:
        await search.upsert(TEXTS)
        answer = await search.query("fish")
        state = await search.state()

    assert [hit.id for hit in answer.hits] == ["animals/otter"]
    assert answer.notice == state.problem == "The model is not installed."
    assert state.model is None
    keywords.close()


async def test_empty_and_strange_queries_are_answered(parts: Parts) -> None:
    await parts.search.upsert(TEXTS)

    for text in ("", "  ", '"', "NEAR(", "*", "\x00", "😀", "a" * 5_000, "\ud800"):
        for mode in Mode:
            await parts.search.query(text, mode=mode)


async def test_at_most_so_many_sections_of_a_page_are_shown(parts: Parts) -> None:
    await parts.search.upsert([Document("page", "Page", large(10))])
    await parts.search.rebuild()

    answer = await parts.search.query("word1x1 word2x2 word3x3", sections=2)

    assert len(answer.hits) == 1
    assert len(answer.hits[0].sections) == 2
