"""REST.md: search by meaning, and the index behind it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.rest import Rest, open_rest

LONG = "\n\n".join(f"## Part {number}\n\n" + f"otters {number} swim " * 60 for number in range(4))


@pytest.fixture
async def wiki(data: Path) -> AsyncIterator[Rest]:
    async with open_rest(data, embeddings="stand-in") as rest:
        yield rest


async def test_sections_come_nearest_first(wiki: Rest) -> None:
    await wiki.put("long", LONG)
    body = (await wiki.http.get("semantic-search", params={"q": "otters swim", "n": "3"})).json()

    distances = [result["distance"] for result in body["results"]]
    assert distances == sorted(distances)
    assert (body["query"], body["total"], len(body["results"])) == ("otters swim", 3, 3)


@pytest.mark.parametrize(("given", "most"), [("1", 1), ("9", 4), ("0", 1), ("many", 2)])
async def test_so_many_sections_of_a_page(wiki: Rest, given: str, most: int) -> None:
    await wiki.put("long", LONG)
    asked = {"q": "otters swim", "n": "50", "max_chunks_per_page": given}
    found = (await wiki.http.get("semantic-search", params=asked)).json()["results"]

    assert len([result for result in found if result["path"] == "Long"]) == most


async def test_a_section_says_where_it_stands(wiki: Rest) -> None:
    await wiki.put("long", LONG)
    response = await wiki.http.get("semantic-search", params={"q": "otters 2 swim", "n": "1"})
    found = response.json()["results"][0]

    assert (found["name"], found["path"], found["total_chunks"]) == ("Long", "Long", 4)
    assert found["section"].startswith("Part") and found["section_path"].endswith(found["section"])
    assert found["page_word_count"] == len(LONG.split())


@pytest.mark.parametrize("mode", ["hybrid", "semantic"])
async def test_a_hit_says_why_it_matched(wiki: Rest, mode: str) -> None:
    body = (await wiki.http.get("search", params={"q": "install otter", "mode": mode})).json()

    assert (body["mode"], body["behind"], "note" in body) == (mode, 0, False)
    assert body["results"][0]["path"] == "Docs/Setup"
    assert "meaning" in body["results"][0]["matched"]


@pytest.mark.parametrize(
    ("narrowed", "paths"),
    [
        ({"prefix": "docs"}, {"Docs/Setup", "Docs/Numbers"}),
        ({"prefix": "Docs/S"}, {"Docs/Setup"}),
        ({"tag": "INSTALL"}, {"Docs/Setup"}),
        ({"tag": "python"}, {"Guide"}),
        ({"prefix": "other"}, set()),
    ],
)
async def test_a_search_by_meaning_is_narrowed(wiki: Rest, narrowed: dict[str, str], paths: set[str]) -> None:
    response = await wiki.http.get("search", params={"q": "otter numbers", "mode": "semantic", **narrowed})

    assert {hit["path"] for hit in response.json()["results"]} == paths


async def ended(wiki: Rest) -> dict[str, Any]:
    """The status at the end of a rebuild; asking gives it the time that it needs, also on Lambda."""
    async with asyncio.timeout(60):
        while True:
            status: dict[str, Any] = (await wiki.http.get("reindex/status")).json()
            if status["status"] != "in_progress":
                return status


async def test_a_rebuild_is_started_and_told_of(wiki: Rest) -> None:
    before = (await wiki.http.get("reindex/status")).json()
    started = await wiki.http.post("reindex")
    again = await wiki.http.post("reindex")
    running = (await wiki.http.get("reindex/status")).json()
    after = await ended(wiki)

    assert (before, started.status_code, started.json()) == ({"status": "idle"}, 202, {"status": "started"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert running.keys() == {"status", "started_at"}
    assert (after["status"], after["pages_indexed"]) == ("complete", 4)
    assert after["chunks_created"] >= 4 and after["completed_at"]


async def test_the_state_of_the_vectors_is_told_without_a_token(wiki: Rest) -> None:
    await wiki.http.get("search?q=otter&mode=semantic")
    body = (await wiki.http.get("chroma-status")).json()

    assert (body["status"], body["backend_type"], body["collection"]) == ("connected", "faiss", "stand-in")
    assert body["document_count"] >= 4


async def test_a_damaged_index_is_made_anew_in_the_middle_of_a_search(wiki: Rest, data: Path) -> None:
    await wiki.http.get("search?q=otter&mode=hybrid")
    wiki.services.keywords.close()
    with (data / "cache" / "keywords.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 80_000)
    response = await wiki.http.get("search?q=install otter&mode=hybrid")

    assert response.json()["results"][0]["path"] == "Docs/Setup"


async def test_readiness_says_what_is_searched_with(wiki: Rest) -> None:
    wiki.http.event_hooks = {}
    before = (await wiki.http.get("http://127.0.0.1/readyz")).json()["parts"]["meaning"]
    await wiki.http.get("search?q=otter&mode=semantic")
    after = (await wiki.http.get("http://127.0.0.1/readyz")).json()["parts"]["meaning"]

    assert before["detail"].startswith("loads when first needed")
    assert (after["state"], after["detail"]) == ("ready", "stand-in")
