"""The composed app with Amazon Bedrock, through the real aioboto3, against a server told to fail."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.functional.rest import Rest, open_rest
from tests.search.bedrock_server import BedrockServer, Failure, bedrock_server

LASTING = 10_000
"""More failures than are asked for."""
THROTTLED, ILL = Failure(429, "ThrottlingException"), Failure(500, "InternalServerException")
AWAY = Failure(503, "ServiceUnavailableException")
EXPIRED, RESIZED = Failure(403, "ExpiredTokenException"), Failure(dimensions=512)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BedrockServer]:
    with bedrock_server(monkeypatch) as server:
        yield server


@pytest.fixture
async def wiki(data: Path, server: BedrockServer) -> AsyncIterator[Rest]:
    settings = {"bedrock_region": "eu-central-1", "bedrock_dimensions": 256}
    async with open_rest(data, embeddings="bedrock", **settings) as rest:
        yield rest


async def ask(wiki: Rest, mode: str) -> tuple[int, dict[str, object]]:
    response = await wiki.http.get("search", params={"q": "wombats dig", "mode": mode})
    body: dict[str, object] = response.json()
    return response.status_code, body


async def by_meaning(wiki: Rest) -> list[str]:
    """What is found by meaning as soon as everything is embedded, which a question's slices do."""
    async with asyncio.timeout(90):
        while True:
            status, body = await ask(wiki, "semantic")
            if status == 200 and not body["behind"]:
                results = body["results"]
                assert isinstance(results, list)
                return [hit["path"] for hit in results]


async def readiness(wiki: Rest) -> tuple[int, str]:
    """The status of /readyz, and what it says about the search by meaning."""
    hooks, wiki.http.event_hooks = wiki.http.event_hooks, {}
    response = await wiki.http.get("http://127.0.0.1/readyz")
    wiki.http.event_hooks = hooks
    return response.status_code, response.json()["parts"]["meaning"]["detail"]


async def test_what_passes_is_tried_again_until_the_page_is_found_by_meaning(
    wiki: Rest, server: BedrockServer
) -> None:
    server.failures.extend([THROTTLED, ILL, AWAY] * 2)
    assert (await wiki.put("new", "wombats dig\n")).status_code == 201

    assert "New" in await by_meaning(wiki)
    assert not server.failures


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (EXPIRED, "AWS refuses the credentials for Bedrock (ExpiredTokenException"),
        (RESIZED, "Bedrock's embedding has 512 dimensions, 256 were asked for."),
    ],
    ids=["expired credentials", "wrong dimensions"],
)
async def test_what_does_not_pass_is_said_everywhere_and_loses_no_write(
    wiki: Rest, server: BedrockServer, failure: Failure, sentence: str
) -> None:
    server.failures.extend([failure] * LASTING)
    saved = await wiki.put("new", "wombats dig\n")
    status, words = await ask(wiki, "hybrid")
    refused, _ = await ask(wiki, "semantic")
    ready, detail = await readiness(wiki)

    assert saved.status_code == 201
    assert (status, words["mode"]) == (200, "keyword")
    assert sentence in str(words["note"]) and words["behind"]
    assert [hit["path"] for hit in words["results"]] == ["New"]  # type: ignore[attr-defined]
    assert refused == 503
    assert ready == 200 and sentence in detail

    server.failures.clear()
    assert "New" in await by_meaning(wiki)
    assert sentence not in (await readiness(wiki))[1]


async def test_slow_answers_hold_up_no_write_and_no_search_by_words(
    wiki: Rest, server: BedrockServer
) -> None:
    server.delay = 6.0  # longer than a question waits for the model
    saved = await wiki.put("new", "wombats dig\n")
    status, words = await ask(wiki, "hybrid")
    server.delay = 0.0

    assert (saved.status_code, status, words["mode"]) == (201, 200, "keyword")
    assert words["note"] == "The embedding model does not answer now."
    assert "New" in await by_meaning(wiki)
