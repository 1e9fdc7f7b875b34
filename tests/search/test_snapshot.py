"""The saved index: whole, or noticed and made anew from the store, never silently empty."""

from pathlib import Path

import numpy as np
import pytest

from search.answers import Mode
from search.documents import Document
from search.embedder import Model
from search.errors import IndexDamaged
from search.faiss_index import FaissIndex
from search.snapshot import SnapshotHeader, read_snapshot, write_snapshot
from search.stand_in import StandInModel
from tests.search.conftest import opened

HEADER = SnapshotHeader("model", 4, "c0ffee", 2)
TEXTS = [Document(str(number), f"Page {number}", f"word{number} " * 60) for number in range(8)]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "deep" / "v", HEADER, memoryview(b"data\nmore"))

    header, payload = read_snapshot(tmp_path / "deep" / "v")

    assert (header, bytes(payload)) == (HEADER, b"data\nmore")
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["v"]


def test_every_flipped_bit_and_every_missing_byte_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "v"
    write_snapshot(file, HEADER, memoryview(b"payload"))
    whole = file.read_bytes()

    for place in range(len(whole)):
        for wrong in (whole[:place], whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]):
            file.write_bytes(wrong)
            with pytest.raises(IndexDamaged):
                read_snapshot(file)


async def filled(folder: Path) -> Path:
    """A saved index over the texts."""
    async with opened(folder) as parts:
        await parts.search.upsert(TEXTS)
        await parts.search.rebuild()
    return folder / "cache" / "vectors.faiss"


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def foreign(file: Path) -> None:
    write_snapshot(file, SnapshotHeader("another/64/", 64, "", 3), memoryview(b"vectors of another model"))


def lying(file: Path) -> None:
    header, payload = read_snapshot(file)
    write_snapshot(file, SnapshotHeader(header.model, header.dimensions, header.commit, 3), payload)


@pytest.mark.parametrize("damage", [truncated, flipped, emptied, foreign, lying])
async def test_a_damaged_snapshot_is_noticed_and_made_anew_from_the_store(
    tmp_path: Path, damage: object
) -> None:
    assert callable(damage)
    damage(await filled(tmp_path))

    async with opened(tmp_path) as parts:
        answer = await parts.search.query("word3", mode=Mode.SEMANTIC)
        state = await parts.search.state()

    assert answer.hits[0].id == "3"
    assert (answer.behind, parts.model.seen) == (0, [])
    assert state.noticed


async def test_a_missing_snapshot_is_made_anew_from_the_store(tmp_path: Path) -> None:
    (await filled(tmp_path)).unlink()

    async with opened(tmp_path) as parts:
        assert (await parts.search.query("word3", mode=Mode.SEMANTIC)).hits[0].id == "3"
        assert parts.model.seen == []


async def test_a_good_snapshot_of_an_earlier_state_is_brought_up_to_date(tmp_path: Path) -> None:
    file = await filled(tmp_path)
    old = file.read_bytes()
    async with opened(tmp_path) as parts:
        await parts.search.remove(["3"])
        await parts.search.upsert([Document("new", "New", "fresh " * 60)])
        await parts.search.query("fresh")
    file.write_bytes(old)

    async with opened(tmp_path) as parts:
        found = await parts.search.query("word3 fresh", mode=Mode.SEMANTIC)

    assert found.hits[0].id == "new" and "3" not in [hit.id for hit in found.hits]
    assert parts.model.seen == []


async def test_another_model_begins_a_set_of_its_own(tmp_path: Path) -> None:
    await filled(tmp_path)

    async with opened(tmp_path, StandInModel(32)) as parts:
        answer = await parts.search.query("word3", mode=Mode.SEMANTIC)

    assert answer.hits[0].id == "3"
    assert len(parts.model.seen) == len(TEXTS)


async def test_the_header_names_model_commit_and_count(tmp_path: Path) -> None:
    async with opened(tmp_path) as parts:
        assert parts.keywords.update(TEXTS, (), expected=None, mark="c0ffee")
        await parts.search.rebuild()

    header, _ = read_snapshot(tmp_path / "cache" / "vectors.faiss")

    assert header == SnapshotHeader("stand-in/64/", 64, "c0ffee", len(TEXTS))


async def test_a_process_killed_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "v"
    write_snapshot(file, HEADER, memoryview(b"old"))
    file.with_name("v.deadbeef.new").write_bytes(b"half")

    index = FaissIndex(file, Model("other", 4))
    assert "another model" in await index.open()
    await index.update([1], np.eye(1, 4, dtype=np.float32))
    assert bytes(read_snapshot(file)[1]) == b"old"
    await index.close()
