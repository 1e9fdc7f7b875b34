"""One search: words and meaning, over texts with ids. It knows no HTTP, no pages, no users.

Texts come in through `upsert` and `remove`, or straight into the keyword index by whoever keeps that at a
commit; everything else follows from what stands there.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import nlargest
from pathlib import Path
from types import TracebackType
from typing import Self

from search.answers import Answer, Hit, Mode, Progress, SearchState
from search.background import Background
from search.documents import EVERYTHING, Document, Filter
from search.errors import IndexDamaged, RebuildRunning, SearchError, SearchUnavailable
from search.fusion import DEPTH, MEANING_WEIGHT, Fused, fuse
from search.hits import hit_of
from search.hybrid import Firsts, Hybrid, Nearness, Sense, Words, best_of
from search.keywords import KeywordIndex, Ranks
from search.meaning import SLICE_SECONDS, Meaning
from search.passages import Passages
from search.rebuild import Rebuild, Report
from search.related import Neighbour, Related
from search.snippets import Highlighter
from search.threads import Lane

CHUNKS = 3 * DEPTH
"""Chunks that are asked of the vector index, to make about DEPTH documents."""
NOTHING_FOUND = Words(Ranks({}, {}, 0), {}, {})


@dataclass(frozen=True)
class SearchConfig:
    """How to search.

    `meaning_weight`: part of the meaning in a hybrid score. `patience`: seconds that a hybrid query waits
    for the model before it answers by words alone. `wait`: seconds of them for chunks that are pending.
    `background`: work on the backlog between queries (not on Lambda, where nothing runs between them), in the
    one process that holds `lock`. `threads`: for SQLite.
    """

    meaning_weight: float = MEANING_WEIGHT
    patience: float = 5.0
    wait: float = SLICE_SECONDS
    background: bool = True
    lock: Path | None = None
    threads: int = 2


class SearchService:
    """An async context manager; belongs to one event loop. Without `meaning` it searches by words only,
    and `without` says why.

    Methods raise IndexDamaged when the keyword index must be reset and filled again.
    """

    def __init__(
        self,
        keywords: KeywordIndex,
        meaning: Meaning | None,
        config: SearchConfig = SearchConfig(),
        *,
        without: str = "No embedding model is set up.",
    ) -> None:
        self._keywords = keywords
        self._passages = Passages(keywords.database)
        self._meaning = meaning
        self._config = config
        self._without = without
        self._lane = Lane("words", config.threads)
        self._background: Background | None = None
        self._rebuild: Rebuild | None = None
        self._catching: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        if self._meaning:
            await self._meaning.open()
            if self._config.background:
                self._background = Background(self._meaning, self._keywords, self._config.lock)
                self._meaning.background = True
                self._background.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._background:
            await self._background.close()
        await asyncio.gather(*self._catching, return_exceptions=True)
        if self._meaning:
            with suppress(SearchError, OSError):  # it saves time at the next start, nothing else
                await self._save(self._meaning)
            await self._meaning.close()
        await asyncio.to_thread(self._lane.close)

    async def upsert(self, documents: Iterable[Document]) -> None:
        """Add or replace texts; by words they are found at once, by meaning as soon as they are embedded."""
        await self._write(list(documents), ())

    async def remove(self, ids: Iterable[str]) -> None:
        """Take texts out; no later query finds them."""
        await self._write((), list(ids))

    def changed(self) -> None:
        """Say that the keyword index was changed by its keeper, so that background work begins."""
        if self._background:
            self._background.wake()

    async def query(
        self,
        text: str,
        *,
        mode: Mode = Mode.HYBRID,
        limit: int = 10,
        within: Filter = EVERYTHING,
        sections: int = 2,
    ) -> Answer:
        """The best documents, with at most so many sections of each.

        A hybrid query answers by words alone, and says so, when the model fails or is missing. One by
        meaning raises SearchUnavailable then.
        """
        if not text.strip() or limit < 1:
            return Answer([], 0, mode, self._behind(), "")
        words, (sense, notice) = await asyncio.gather(
            self._words(text, mode, within), self._sense(text, mode, within)
        )
        order = await self._order(words, sense, mode)
        near = sense.near if sense else {}
        hits = await self._lane.run(self._hits, order[:limit], near, text, sections, words.found.telling)
        done = Mode.KEYWORD if notice else mode
        behind = sense.behind if sense else self._behind()
        return Answer(hits, max(words.found.total, len(order)), done, behind, notice)

    async def related(self, id: str, limit: int, within: Filter = EVERYTHING) -> list[Neighbour]:
        """The documents that are nearest to one, as far as they have vectors: nothing is embedded."""
        if self._meaning is None:
            return []
        return await Related(self._passages, self._meaning, self._lane).of(id, limit, within)

    async def rebuild(self, report: Report | None = None) -> Progress:
        """Make chunks and vectors anew; queries are answered meanwhile. Nothing is embedded twice.

        Raises SearchUnavailable without a model or when it fails, RebuildRunning when one is under way.
        """
        if self._meaning is None:
            raise SearchUnavailable(self._without)
        if self._rebuild:
            raise RebuildRunning("The search index is being rebuilt already.")
        self._rebuild = Rebuild(self._keywords, self._meaning, report)
        try:
            return await self._rebuild.run()
        finally:
            self._rebuild = None

    async def work(self, seconds: float) -> int:
        """A slice of the backlog, for homes without background work; how many chunks are still behind.

        It ends after so many seconds, or when the model fails (`state` says how); what is under way then goes
        on with the next slice. The vectors are saved when nothing is behind any more.
        """
        if self._meaning:
            await self._meaning.follow()
            with suppress(SearchError, TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._emptied(self._meaning)
            if not self._meaning.behind:
                await self._save(self._meaning)
        return self._behind()

    async def _emptied(self, meaning: Meaning) -> None:
        while meaning.behind:
            await meaning.work()
            await meaning.follow()

    async def _save(self, meaning: Meaning) -> None:
        if meaning.dirty:
            mark = await self._lane.run(self._keywords.mark)
            await meaning.save(mark or "")

    async def state(self) -> SearchState:
        """How the search stands; reads only counts."""
        documents, chunks = await self._lane.run(self._passages.counts)
        progress = self._rebuild.progress if self._rebuild else None
        if self._meaning is None:
            return SearchState(None, 0, self._without, "", documents, chunks, 0, 0, 0, progress)
        meaning, model = self._meaning, self._meaning.model
        return SearchState(
            model.id,
            model.dimensions,
            meaning.problem,
            meaning.distrusted,
            documents,
            chunks,
            meaning.behind,
            meaning.counts.embedded,
            meaning.counts.reused,
            progress,
        )

    def _behind(self) -> int:
        return self._meaning.behind if self._meaning else 0

    async def _write(self, documents: Iterable[Document], removed: Iterable[str]) -> None:
        await self._lane.run(self._put, documents, removed)
        self.changed()

    def _put(self, documents: Iterable[Document], removed: Iterable[str]) -> None:
        """The mark stays: whoever keeps one sets it through the keyword index."""
        while True:
            mark = self._keywords.mark()
            if self._keywords.update(documents, removed, expected=mark, mark=mark):
                return

    async def _order(self, words: Words, sense: Sense | None, mode: Mode) -> list[Fused]:
        if sense is None:
            return fuse(words.found.ranks, {}, words.found.exact, 0.0)
        if mode is Mode.SEMANTIC or self._meaning is None:
            return fuse({}, best_of(sense.near), {}, 1.0)
        hybrid = Hybrid(self._passages, self._meaning, self._config.meaning_weight, self._lane)
        return await hybrid.order(words, sense)

    async def _words(self, text: str, mode: Mode, within: Filter) -> Words:
        """What the words find; for a hybrid query also what it needs of their chunks, meanwhile."""
        if mode is Mode.SEMANTIC:
            return NOTHING_FOUND
        hybrid = mode is Mode.HYBRID
        found, firsts = await self._lane.run(self._ranked, text, within, first=hybrid)
        if not firsts or self._meaning is None:
            return Words(found, firsts, {})
        with suppress(SearchError):  # the words stand without them
            return Words(found, firsts, await self._meaning.vectors(firsts.values()))
        return Words(found, firsts, {})

    def _ranked(self, text: str, within: Filter, *, first: bool) -> tuple[Ranks, Firsts]:
        found = self._keywords.ranks(text, DEPTH, within)
        return found, self._passages.first_keys(found.ranks) if first else {}

    async def _sense(self, text: str, mode: Mode, within: Filter) -> tuple[Sense | None, str]:
        """What is near; None, and why, where the model is not asked, is missing or fails."""
        if mode is Mode.KEYWORD:
            return None, ""
        try:
            if self._meaning is None:
                raise SearchUnavailable(self._without)
            async with asyncio.timeout(self._config.patience):
                return await self._near(self._meaning, text, within, first=mode is Mode.HYBRID), ""
        except SearchError as error:
            if mode is Mode.SEMANTIC or isinstance(error, IndexDamaged):
                raise
            return None, error.message
        except TimeoutError as error:
            if mode is Mode.SEMANTIC:
                raise SearchUnavailable("The embedding model does not answer now.") from error
            return None, "The embedding model does not answer now."

    async def _near(self, meaning: Meaning, text: str, within: Filter, *, first: bool) -> Sense:
        """The query is embedded while the index catches up."""
        embedding = asyncio.create_task(meaning.vector(text))
        try:
            await self._finished(meaning.catch_up(seconds=self._config.wait))
            if self._background and meaning.behind:
                self._background.wake()
            among = await self._lane.run(self._passages.keys_within, within) if within else None
            query = await embedding
            behind = meaning.behind  # what lands from now on may be missed
            near = await meaning.nearest(query, CHUNKS, among)
        finally:
            embedding.cancel()
        cosines = {one.key: one.cosine for one in near}
        (documents, firsts), vectors = await asyncio.gather(
            self._lane.run(self._documents, cosines, within, first=first),
            meaning.vectors(cosines if first else ()),
        )
        return Sense(query, documents, firsts, vectors, behind)

    async def _finished(self, work: Coroutine[None, None, None]) -> None:
        """Wait for work that goes on when the waiting is given up: half done, it would be begun anew."""
        task = asyncio.create_task(work)
        self._catching.add(task)
        task.add_done_callback(self._catching.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(task)

    def _documents(self, cosine: dict[int, float], within: Filter, *, first: bool) -> tuple[Nearness, Firsts]:
        """By the number of a document the cosines of its chunks, by key; only of those that stand now."""
        found: dict[int, dict[int, float]] = {}
        firsts: dict[int, int] = {}
        for key, number, position in self._passages.documents_of(list(cosine), within):
            found.setdefault(number, {})[key] = cosine[key]
            if not position:
                firsts[number] = key
        if first:
            best = best_of(found)
            rest = [number for number in nlargest(DEPTH, best, best.__getitem__) if number not in firsts]
            firsts |= self._passages.first_keys(rest)
        return found, firsts

    def _hits(
        self, found: list[Fused], near: Nearness, text: str, sections: int, telling: frozenset[int]
    ) -> list[Hit]:
        passages = self._passages.of([one.number for one in found])
        show = Highlighter(text)
        return [
            hit_of(
                one,
                passages[one.number],
                near.get(one.number, {}),
                show,
                sections,
                exact=one.number in telling,
            )
            for one in found
            if passages.get(one.number)
        ]
