"""Several searches over one folder, as several processes have, and files that go under a running one."""

import asyncio
from pathlib import Path

from search.answers import Mode
from search.background import Claim
from search.documents import Document
from tests.search.conftest import Parts, opened

OTTER = Document("otter", "Otter", "# Otter\n\nOtters swim in rivers and eat fish.")
HORSE = Document("horse", "Horse", "# Horse\n\nHorses run over meadows and eat grass.")


async def found(parts: Parts, text: str) -> list[str]:
    answer = await parts.search.query(text, mode=Mode.SEMANTIC)
    return [hit.id for hit in answer.hits]


async def test_what_one_wrote_the_other_finds_without_embedding_it_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as one, opened(tmp_path) as other:
        await one.search.upsert([OTTER, HORSE])
        await found(one, "fish")

        assert (await found(other, "otters eat fish"))[0] == "otter"
        await one.search.remove(["otter"])
        assert await found(other, "otters eat fish") == ["horse"]
        assert other.model.seen == []


async def test_an_index_made_anew_under_a_running_search_is_followed(tmp_path: Path) -> None:
    async with opened(tmp_path) as parts:
        await parts.search.upsert([OTTER, HORSE])
        await found(parts, "fish")
        parts.keywords.reset()
        assert await found(parts, "fish") == []
        await parts.search.upsert([HORSE])

        assert await found(parts, "grass") == ["horse"]
        assert len(parts.model.seen) == 2


async def test_one_process_at_a_time_works_on_the_backlog(tmp_path: Path) -> None:
    with Claim(tmp_path / "claim") as mine, Claim(tmp_path / "claim") as also:
        assert mine and not also
    with Claim(tmp_path / "claim") as again:
        assert again


async def test_whoever_may_not_work_on_the_backlog_takes_what_the_other_embeds(tmp_path: Path) -> None:
    pages = [Document(str(number), f"Page {number}", f"word{number} " * 60) for number in range(100)]
    async with opened(tmp_path, background=True) as one, opened(tmp_path, background=True) as other:
        await one.search.upsert(pages)
        other.search.changed()
        async with asyncio.timeout(30):
            while await behind(one) or await behind(other):  # noqa: ASYNC110 - what other tasks do
                await asyncio.sleep(0.05)

        assert (await found(other, "word7"))[0] == "7"
        assert len(one.model.seen) + len(other.model.seen) == 100


async def behind(parts: Parts) -> int:
    """How many chunks are pending, as of the texts that stand now."""
    await parts.meaning.follow()
    return parts.meaning.behind
