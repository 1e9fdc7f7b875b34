"""The parts of a search over a folder, with a model that only counts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from search.embeddings import EmbeddingStore
from search.faiss_index import FaissIndex
from search.keywords import KeywordIndex
from search.meaning import Meaning
from search.passages import Passages
from search.service import SearchConfig, SearchService
from search.stand_in import StandInModel


@dataclass(frozen=True)
class Parts:
    """A running search and what it stands on."""

    search: SearchService
    keywords: KeywordIndex
    meaning: Meaning
    model: StandInModel
    store: EmbeddingStore


@asynccontextmanager
async def opened(
    folder: Path, model: StandInModel | None = None, *, background: bool = False, wait: float = 30.0
) -> AsyncIterator[Parts]:
    """`folder/cache` may be deleted between two openings; `folder/embeddings.db` is kept.

    Queries wait longer than they usually would, so that a busy machine fails no test.
    """
    model = model or StandInModel()
    keywords = KeywordIndex(folder / "cache" / "keywords.db")
    store = EmbeddingStore(folder / "embeddings.db")
    index = FaissIndex(folder / "cache" / "vectors.faiss", model.model)
    meaning = Meaning(Passages(keywords.database), store, index, model)
    config = SearchConfig(background=background, lock=folder / "embeddings.claim", wait=wait, patience=60)
    async with SearchService(keywords, meaning, config) as search:
        yield Parts(search, keywords, meaning, model, store)
    keywords.close()
    store.close()


Opened = Callable[..., AbstractAsyncContextManager[Parts]]


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    """Without background work: what happens, happens in the query."""
    async with opened(tmp_path) as parts:
        yield parts
