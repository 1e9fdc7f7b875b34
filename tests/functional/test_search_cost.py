"""How little is embedded, through the composed app: the service's own counters say it."""

import re
import shutil
from pathlib import Path

from tests.functional.rest import Rest, open_rest
from tests.search.test_service import large

PARTS = 40


async def embedded(rest: Rest) -> int:
    """Texts embedded since the start, once nothing is behind any more."""
    answer = (await rest.http.post("reindex")).json()
    assert answer == {"status": "started"}
    await rest.services.searching.reindexing.done()
    state = await rest.services.searching.state()
    assert (state.behind, state.problem) == (0, "")
    return state.embedded


async def found(rest: Rest, query: str) -> list[str]:
    """The paths found by meaning, as a question brings them, without a rebuild."""
    while True:
        body = (await rest.http.get("search", params={"q": query, "mode": "semantic"})).json()
        if not body["behind"]:
            return [hit["path"] for hit in body["results"]]


async def test_a_rename_of_a_page_of_forty_chunks_embeds_nothing(data: Path) -> None:
    async with open_rest(data, embeddings="stand-in") as rest:
        small = await embedded(rest)
        await rest.put("big", large(PARTS))
        before = await embedded(rest)
        await rest.http.post("pages/big/rename", json={"new_path": "other/name"})

        assert (await found(rest, "word7x7"))[0] == "Other/Name"
        assert before - small == PARTS
        assert (await rest.services.searching.state()).embedded == before
        assert await embedded(rest) == before


async def test_an_edit_of_one_section_embeds_that_section(data: Path) -> None:
    async with open_rest(data, embeddings="stand-in") as rest:
        await rest.put("big", large(PARTS))
        before = await embedded(rest)
        revision = await rest.revision("big")
        edit = {"old_string": "word7x59", "new_string": "word7x59 and an addition", "revision": revision}
        assert (await rest.http.patch("pages/big", json=edit)).status_code == 200

        assert (await found(rest, "addition"))[0] == "Big"
        assert (await rest.services.searching.state()).embedded == before + 1


async def test_a_rebuild_after_the_cache_was_deleted_embeds_nothing_again(data: Path) -> None:
    async with open_rest(data, embeddings="stand-in") as rest:
        await rest.put("big", large(PARTS))
        first = await embedded(rest)
    shutil.rmtree(data / "cache")

    async with open_rest(data, embeddings="stand-in") as rest:
        again = await embedded(rest)
        state = await rest.services.searching.state()
        assert (await found(rest, "word7x7"))[0] == "Big"

    assert first > PARTS
    assert (again, state.chunks) == (0, first)


async def test_two_pages_that_say_the_same_are_embedded_once(data: Path) -> None:
    async with open_rest(data, embeddings="stand-in") as rest:
        before = await embedded(rest)
        for name in ("one", "two"):
            await rest.put(name, large(3))

        assert await embedded(rest) == before + 3


async def test_a_slice_of_work_is_bounded_and_goes_on_with_the_next(data: Path) -> None:
    """What a scheduled event asks for where nothing runs between two events (DECISIONS 26)."""
    async with open_rest(data, embeddings="stand-in") as rest:
        await rest.put("big", large(PARTS))
        started = await rest.services.search_work(0.0)
        done = await rest.services.search_work(60.0)
        state = await rest.services.searching.state()

    assert (started > 0, done, state.behind) == (True, 0, 0)
    assert re.search(rb'"count": \d+', (data / "cache" / "vectors.faiss").read_bytes()[:400])
