"""The Bedrock adapter through the real aioboto3, against a server that speaks InvokeModel."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from search.answers import Mode
from search.bedrock import LONGEST, BedrockConfig, BedrockModel
from search.documents import Document
from search.embeddings import EmbeddingStore
from search.errors import SearchUnavailable
from search.faiss_index import FaissIndex
from search.keywords import KeywordIndex
from search.meaning import Meaning
from search.passages import Passages
from search.service import SearchConfig, SearchService
from tests.search.bedrock_server import BedrockServer, Failure, bedrock_server

CONFIG = BedrockConfig(
    dimensions=256, region="eu-central-1", concurrency=4, timeout=1.0, attempts=4, pause=0.02
)

THROTTLED = Failure(429, "ThrottlingException")
ILL = Failure(500, "InternalServerException")
AWAY = Failure(503, "ServiceUnavailableException")
SLOW = Failure(delay=1.5)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BedrockServer]:
    with bedrock_server(monkeypatch) as server:
        yield server


@pytest.fixture
async def model(server: BedrockServer) -> AsyncIterator[BedrockModel]:
    model = BedrockModel(CONFIG)
    yield model
    await model.close()


async def test_texts_become_vectors_of_length_one_in_order(
    server: BedrockServer, model: BedrockModel
) -> None:
    rows = await model.embed(["one", "two", "one"])

    assert rows.shape == (3, 256) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[0], rows[2]) and not np.array_equal(rows[0], rows[1])
    assert {path for path, _ in server.calls} == {"/model/amazon.titan-embed-text-v2:0/invoke"}


@pytest.mark.parametrize("failure", [THROTTLED, ILL, AWAY, SLOW, Failure(429, "TooManyRequestsException")])
async def test_what_passes_is_tried_again(
    server: BedrockServer, model: BedrockModel, failure: Failure
) -> None:
    server.failures.extend([failure, failure])

    assert (await model.embed(["text"])).shape == (1, 256)
    assert (len(server.calls), model.tries) == (3, 3)


@pytest.mark.parametrize(
    ("failure", "said"), [(THROTTLED, "ThrottlingException"), (ILL, "InternalServer"), (SLOW, "within 1 s")]
)
async def test_tries_have_an_end_and_the_error_says_what_was_wrong(
    server: BedrockServer, model: BedrockModel, failure: Failure, said: str
) -> None:
    server.failures.extend([failure] * 20)

    with pytest.raises(SearchUnavailable, match=said):
        await model.embed(["text"])
    assert len(server.calls) == CONFIG.attempts


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(403, "ExpiredTokenException"), "refuses the credentials.*ExpiredToken"),
        (Failure(403, "UnrecognizedClientException"), "refuses the credentials"),
        (Failure(403, "AccessDeniedException"), "refuses the credentials"),
        (Failure(400, "ValidationException"), "refuses the text"),
        (Failure(dimensions=512), "512 dimensions, 256 were asked for"),
        (Failure(body=b"{}"), "holds no embedding"),
        (Failure(body=b"<html>"), "holds no embedding"),
        (Failure(body=b'{"embedding": [' + b"0, " * 255 + b"0]}"), "not a vector"),
    ],
)
async def test_what_does_not_pass_is_said_at_once(
    server: BedrockServer, model: BedrockModel, failure: Failure, said: str
) -> None:
    server.failures.append(failure)

    with pytest.raises(SearchUnavailable, match=said):
        await model.embed(["text"])
    assert len(server.calls) == 1


async def test_no_server_at_all_is_said(monkeypatch: pytest.MonkeyPatch, server: BedrockServer) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://127.0.0.1:9")
    model = BedrockModel(CONFIG)

    with pytest.raises(SearchUnavailable, match="cannot be reached"):
        await model.embed(["text"])
    await model.close()


async def test_missing_credentials_are_said(
    monkeypatch: pytest.MonkeyPatch, server: BedrockServer, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    model = BedrockModel(CONFIG)

    with pytest.raises(SearchUnavailable, match="no AWS credentials"):
        await model.embed(["text"])
    await model.close()


async def test_calls_at_a_time_are_bounded_and_a_query_goes_before(
    server: BedrockServer, model: BedrockModel
) -> None:
    server.delay = 0.15
    await model.embed(["warm"], urgent=True)
    backlog = asyncio.create_task(model.embed([f"text {number}" for number in range(24)]))
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    await model.embed(["query"], urgent=True)

    assert time.monotonic() - begun < 0.6 and not backlog.done()
    await backlog
    assert CONFIG.concurrency <= server.most <= CONFIG.concurrency + 1


async def test_the_loop_is_never_blocked(server: BedrockServer, model: BedrockModel) -> None:
    server.delay = 0.3
    await model.embed(["warm"])
    work = asyncio.create_task(model.embed(["text"]))
    ticks = 0
    while not work.done():
        await asyncio.sleep(0.01)
        ticks += 1

    assert ticks > 10


async def test_a_very_long_text_is_cut(server: BedrockServer, model: BedrockModel) -> None:
    await model.embed(["x" * 100_000, ""])

    assert sorted(len(text) for _, text in server.calls) == [1, LONGEST]


async def test_a_search_over_bedrock_survives_its_failures(server: BedrockServer, tmp_path: Path) -> None:
    keywords = KeywordIndex(tmp_path / "keywords.db")
    store = EmbeddingStore(tmp_path / "embeddings.db")
    model = BedrockModel(CONFIG)
    meaning = Meaning(Passages(keywords.database), store, FaissIndex(tmp_path / "v", model.model), model)
    pages = [Document(str(number), f"Page {number}", f"word{number} " * 60) for number in range(12)]
    async with SearchService(keywords, meaning, SearchConfig(background=False, patience=20)) as search:
        await search.upsert(pages)
        server.failures.append(Failure(403, "ExpiredTokenException"))
        first = await search.query("word3")
        server.failures.extend([THROTTLED, ILL, AWAY])
        await search.rebuild()
        answer = await search.query("word3 " * 60, mode=Mode.SEMANTIC)

    assert first.hits[0].id == "3"
    assert answer.behind == 0 and len(answer.hits) == 10
    embedded = [text for _, text in server.calls if len(text) > 200]
    assert {text[:6] for text in embedded} == {page.body[:6] for page in pages}
    await model.close()
    keywords.close()
    store.close()
