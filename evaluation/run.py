"""Questions through the product's own indexing and search."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from evaluation.baseline import Grep
from evaluation.collection import Collection, is_for_tuning
from evaluation.measures import DEPTH, ndcg, recall
from search.answers import Mode, Progress
from search.embeddings import EmbeddingStore
from search.faiss_index import FaissIndex
from search.keywords import KeywordIndex
from search.local_model import LocalModel
from search.meaning import Meaning
from search.passages import Passages
from search.service import SearchConfig, SearchService


@dataclass(frozen=True)
class Figures:
    """Means over questions: of all, and of the two halves (tuning, report)."""

    way: str
    ndcg: float
    recall: float
    tuning: float
    report: float


def figures(way: str, collection: Collection, found: dict[str, Sequence[str]]) -> Figures:
    """`found` has the ranked ids of each question."""
    gain = {key: ndcg(ranked, collection.gains[key]) for key, ranked in found.items()}
    hits = [recall(ranked, collection.gains[key]) for key, ranked in found.items()]
    halves = [[value for key, value in gain.items() if is_for_tuning(key) is half] for half in (True, False)]
    tuning, report = (fmean(half) if half else 0.0 for half in halves)
    return Figures(way, fmean(gain.values()), fmean(hits), tuning, report)


async def evaluate(
    collection: Collection, model: LocalModel, cache: Path, report: Callable[[Progress], None] | None = None
) -> list[Figures]:
    """Grep, words, meaning and both. Embeddings are kept in the folder `cache` for the next run."""
    store = EmbeddingStore(cache / "embeddings.db")
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        folder = Path(stack.enter_context(TemporaryDirectory()))
        keywords = KeywordIndex(folder / "keywords.db")
        stack.callback(keywords.close)
        index = FaissIndex(folder / "vectors.faiss", model.model)
        meaning = Meaning(Passages(keywords.database), store, index, model)
        search = await stack.enter_async_context(
            SearchService(keywords, meaning, SearchConfig(background=False, patience=60))
        )
        await search.upsert(collection.documents)
        await search.rebuild(report)
        grep = Grep(collection)
        by_grep: dict[str, Sequence[str]] = {
            key: grep.ranked(text, DEPTH) for key, text in collection.questions.items()
        }
        ways = {"grep": by_grep}
        for mode in Mode:
            ways[mode.value] = await _asked(search, collection, mode)
    return [figures(way, collection, found) for way, found in ways.items()]


async def _asked(search: SearchService, collection: Collection, mode: Mode) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for key, text in collection.questions.items():
        answer = await search.query(text, mode=mode, limit=DEPTH)
        found[key] = [hit.id for hit in answer.hits]
    return found
