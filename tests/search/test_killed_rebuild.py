"""A rebuild killed with SIGKILL again and again: it goes on, and what it left never answers wrongly."""

import asyncio
import subprocess
import sys
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from search.answers import Mode
from search.stand_in import StandInModel
from tests.search.conftest import opened
from tests.search.rebuilder import PAGES, WatchedModel

KILLS = 20
LOST_AT_A_KILL = StandInModel.batch * StandInModel.parallel
"""Texts that may be under way when a process dies."""


def begin(folder: Path, version: int) -> subprocess.Popen[str]:
    """A process whose rebuild has begun."""
    command = [sys.executable, "-m", "tests.search.rebuilder", str(folder), str(version)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout and process.stdout.readline() == "begun\n"
    return process


async def check(folder: Path, version: int, random: Random) -> None:
    """By words everything is found; by meaning the right page, or the answer says that it is behind."""
    async with opened(folder, WatchedModel(folder / "seen.log", 0)) as parts:
        for number in random.sample(range(PAGES), 8):
            name = f"page{number}"
            words = await parts.search.query(f"thing{number}", mode=Mode.KEYWORD)
            assert words.hits[0].id == name
            sense = await parts.search.query(f"word{number} filler", mode=Mode.SEMANTIC)
            assert sense.behind or sense.hits[0].id == name
            shown = f"p{number}v{version if number % 3 == 0 else 0} "
            assert all(shown in part.text for hit in sense.hits if hit.id == name for part in hit.sections)


@pytest.mark.edge
async def test_twenty_kills_lose_nothing_and_answer_nothing_wrong(tmp_path: Path) -> None:
    random, stages = Random(7), dict[str, int]()
    process, begun = begin(tmp_path, 0), monotonic()
    process.communicate()
    longest = monotonic() - begun
    for version in range(1, KILLS + 1):
        process = begin(tmp_path, version)
        await asyncio.sleep(random.uniform(0, longest / 3))  # later versions have less to embed
        process.kill()
        process.communicate()
        stage = (tmp_path / "stages.log").read_text()
        stages[stage] = stages.get(stage, 0) + 1
        await check(tmp_path, version, random)

    begin(tmp_path, KILLS).communicate()
    async with opened(tmp_path, StandInModel(512)) as parts:
        answer = await parts.search.query("word3 filler", mode=Mode.SEMANTIC)
        assert (answer.behind, parts.model.seen) == (0, [])
    seen = (tmp_path / "seen.log").read_text().splitlines()
    print(f"killed while {stages}; {len(seen)} embeddings of {len(set(seen))} texts")
    assert len(stages) >= 3, stages
    assert len(seen) - len(set(seen)) <= KILLS * LOST_AT_A_KILL
