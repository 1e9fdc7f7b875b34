"""Index files that are torn, changed or foreign are noticed and made anew, never silently empty."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.health import meaning
from tests.functional.rest import Rest, open_rest

MODES = ("keyword", "hybrid", "semantic")


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def foreign(file: Path) -> None:
    file.write_bytes(b"a file of another program\n" * 500)


async def filled(data: Path) -> None:
    async with open_rest(data, embeddings="stand-in") as rest:
        await rest.put("new", "zebras have stripes\n")
        await rest.http.post("reindex")
        await rest.services.searching.reindexing.done()


async def best(rest: Rest, mode: str) -> str:
    while True:
        body = (await rest.http.get("search", params={"q": "zebras stripes", "mode": mode})).json()
        if not body.get("behind"):
            return str(body["results"][0]["path"])


@pytest.mark.parametrize("damage", [truncated, flipped, foreign])
async def test_vectors(data: Path, damage: Callable[[Path], None]) -> None:
    await filled(data)
    damage(data / "cache" / "vectors.faiss")

    async with open_rest(data, embeddings="stand-in") as rest:
        assert [await best(rest, mode) for mode in MODES] == ["New"] * 3
        state = await rest.services.searching.state()
        said = (await meaning(rest.services)).get("detail", "")

    assert (state.behind, state.embedded) == (0, 0)
    assert state.noticed and state.noticed in said


@pytest.mark.parametrize("damage", [truncated, foreign])
async def test_words(data: Path, damage: Callable[[Path], None]) -> None:
    """SQLite has no checksum over its content, so that only what breaks its structure can be noticed."""
    await filled(data)
    damage(data / "cache" / "keywords.db")

    async with open_rest(data, embeddings="stand-in") as rest:
        assert [await best(rest, mode) for mode in MODES] == ["New"] * 3
        assert (await rest.services.searching.state()).embedded == 0
