"""The leg by meaning: keeps the vector index at the chunks that stand now, and asks it.

A write never embeds (DECISIONS 26). What has no vector yet is pending: a query embeds a few of them
first, background work the rest. Who embedded a text before, in whatever process, has it in the store.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from time import monotonic

from search.embedder import Embedder, Model, Vectors
from search.embeddings import EmbeddingStore, stacked
from search.errors import SearchError
from search.passages import Changes, Passages, Position, Wanted
from search.threads import Lane
from search.vectors import Near, VectorIndex

SLICE = 16
"""Pending chunks that one query embeds at most,"""
SLICE_SECONDS = 0.5
"""and how long it waits for them; what it began is finished all the same."""
FRESH = 64
"""Chunks of one change that go before the backlog, as of a saved page; more are a backlog themselves."""
CHUNKED_AT_ONCE = 64
"""Documents whose chunks are made in one step."""
ADOPTED_AT_ONCE = 2_000
"""Vectors that are read from the store in one step."""
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds to leave the model alone after its first, second, … failure in a row."""


@dataclass
class Counts:
    """What was done since the start: texts embedded, and vectors that were in the store already."""

    embedded: int = 0
    reused: int = 0


class Meaning:
    """Belongs to one event loop. `background`: whether someone else works on the backlog meanwhile."""

    def __init__(
        self,
        passages: Passages,
        store: EmbeddingStore,
        index: VectorIndex,
        embedder: Embedder,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.counts = Counts()
        self.problem = ""
        self.distrusted = ""
        self.background = False
        self.dirty = 0
        self.unchunked = 0
        self._passages = passages
        self._store = store
        self._index = index
        self._embedder = embedder
        self._clock = clock
        self._lane = Lane("chunks", 2)
        self._position: Position | None = None
        self._held: set[int] = set()
        self._fresh: dict[int, None] = {}
        self._backlog: dict[int, None] = {}
        self._flight: dict[int, asyncio.Task[None]] = {}
        self._following = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._failures = 0
        self._pause_until = 0.0

    async def open(self) -> None:
        """Load the index; `distrusted` says why a snapshot could not be trusted (it is made anew then)."""
        self.distrusted = await self._index.open()
        self._held = set((await self._index.keys()).tolist())

    @property
    def model(self) -> Model:
        """Whose vectors these are."""
        return self._embedder.model

    @property
    def behind(self) -> int:
        """How many chunks have no vector yet; a document that has no chunks yet counts as one."""
        return len(self._fresh) + len(self._backlog) + self.unchunked

    async def follow(self, documents: int = CHUNKED_AT_ONCE) -> None:
        """Bring chunks and vectors to the documents that stand now, as far as no text must be embedded.

        At most so many documents are chunked.
        """
        async with self._following:
            changes = await self._lane.run(self._chunked, documents)
            self.unchunked = changes.unchunked
            if changes.position != self._position:
                await self._apply(changes)
                self._position = changes.position

    async def catch_up(self, chunks: int = SLICE, seconds: float = SLICE_SECONDS) -> None:
        """Follow, then embed a few of the pending chunks, newest first, and wait so long for them.

        Where background work runs, only fresh ones are waited for. A model that fails is left alone
        for a while; `problem` says so.
        """
        await self.follow()
        if self._clock() < self._pause_until:
            return
        keys = list(islice(self._fresh if self.background else self._pending(), chunks))
        tasks = self._begin(keys)
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)

    async def work(self) -> int:
        """Embed the next batch of the backlog; how many chunks are no longer pending.

        Raises SearchError when the model fails.
        """
        before = len(self._fresh) + len(self._backlog)
        room = self._embedder.parallel - len(set(self._flight.values()))
        waiting = (key for key in self._pending() if key not in self._flight)
        self._begin(list(islice(waiting, max(0, room) * self._embedder.batch)))
        tasks = set(self._flight.values())
        if tasks:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        return before - len(self._fresh) - len(self._backlog)

    async def adopt_pending(self) -> int:
        """Take what another process has embedded meanwhile; how many chunks are no longer pending."""
        before = len(self._fresh) + len(self._backlog)
        await self._adopt(list(self._pending()), fresh=False)
        return before - len(self._fresh) - len(self._backlog)

    async def vector(self, text: str) -> Vectors:
        """The vector of a query, one row. Raises SearchError when the model does not answer."""
        return await self._embedder.embed([text], urgent=True)

    async def nearest(self, vector: Vectors, limit: int, among: Sequence[int] | None) -> list[Near]:
        """The nearest chunks; some may belong to documents that went in this moment."""
        return await self._index.search(vector, limit, among)

    async def vectors(self, keys: Iterable[int]) -> dict[int, Vectors]:
        """The vectors of chunks, of those that have one."""
        wanted = list(keys)
        return await self._index.vectors(wanted) if wanted else {}

    async def renew(self) -> None:
        """Empty the index and fill it from the store; what the store lacks is pending."""
        async with self._following:
            async with self._changing:
                await self._index.clear()
                self._held.clear()
            self._position = None
        await self.follow()

    async def save(self, commit: str) -> None:
        """Keep a snapshot of the index."""
        self.dirty = 0
        await self._index.save(commit)

    async def close(self) -> None:
        """Give up what waits; a text that is being embedded is embedded again next time."""
        for task in list(self._flight.values()):
            task.cancel()
        await asyncio.gather(*self._flight.values(), return_exceptions=True)
        await asyncio.to_thread(self._lane.close)
        await self._index.close()

    def _pending(self) -> Iterable[int]:
        """Newest first. Not to be held over an await."""
        return chain(self._fresh, self._backlog)

    def _chunked(self, documents: int) -> Changes:
        self._passages.chunk(documents)
        return self._passages.changes(self._position)

    async def _apply(self, changes: Changes) -> None:
        if changes.whole:
            gone = self._held - set(changes.present)
            self._fresh.clear()
            self._backlog.clear()
        else:
            gone = self._held.intersection(changes.absent)
        async with self._changing:
            for key in changes.absent:
                self._fresh.pop(key, None)
                self._backlog.pop(key, None)
            if gone:
                await self._index.update((), stacked((), self._embedder.model), sorted(gone))
                self._held -= gone
                self.dirty += len(gone)
        new = [key for key in changes.present if key not in self._held]
        await self._adopt(new, fresh=not changes.whole and len(new) <= FRESH)

    async def _adopt(self, keys: list[int], *, fresh: bool) -> None:
        """Take the vectors of keys from the store; the others are pending."""
        pending = self._fresh if fresh else self._backlog
        for start in range(0, len(keys), ADOPTED_AT_ONCE):
            part = keys[start : start + ADOPTED_AT_ONCE]
            hashes = await self._lane.run(self._passages.hashes, part)
            known = await self._lane.run(self._store.get, self._embedder.model, list(hashes.values()))
            async with self._changing:
                pending.update(dict.fromkeys(key for key in hashes if key not in self._held))
                await self._add({key: known[digest] for key, digest in hashes.items() if digest in known})
            self.counts.reused += len(known)

    async def _add(self, vectors: dict[int, Vectors]) -> None:
        """Put vectors of pending keys into the index; under the lock, so that none comes back that went."""
        now = {key: vectors[key] for key in vectors if key in self._fresh or key in self._backlog}
        if not now:
            return
        await self._index.update(list(now), stacked(now.values(), self._embedder.model))
        self._held.update(now)
        self.dirty += len(now)
        for key in now:
            self._fresh.pop(key, None)
            self._backlog.pop(key, None)

    def _begin(self, keys: list[int]) -> set[asyncio.Task[None]]:
        """Tasks that embed the keys, in batches; those that are being embedded already have theirs."""
        tasks = {self._flight[key] for key in keys if key in self._flight}
        new = [key for key in keys if key not in self._flight]
        for start in range(0, len(new), self._embedder.batch):
            part = new[start : start + self._embedder.batch]
            task = asyncio.create_task(self._embed(part))
            task.add_done_callback(lambda done, part=part: self._landed(done, part))  # type: ignore[misc]
            self._flight.update(dict.fromkeys(part, task))
            tasks.add(task)
        return tasks

    def _landed(self, task: asyncio.Task[None], keys: list[int]) -> None:
        for key in keys:
            self._flight.pop(key, None)
        error = None if task.cancelled() else task.exception()
        if error is None:
            self._failures, self.problem = 0, "" if not task.cancelled() else self.problem
            return
        self.problem = error.message if isinstance(error, SearchError) else str(error)
        if self._clock() >= self._pause_until:
            self._pause_until = self._clock() + PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1

    async def _embed(self, keys: list[int]) -> None:
        wanted = await self._lane.run(self._passages.wanted, keys)
        model = self._embedder.model
        known = await self._lane.run(self._store.get, model, [one.hash for one in wanted])
        missing = [one for one in wanted if one.hash not in known]
        if missing:
            vectors = await self._embedder.embed([one.text for one in missing])
            known |= {one.hash: vector for one, vector in zip(missing, vectors, strict=True)}
            await self._lane.run(self._store.put, model, {one.hash: known[one.hash] for one in missing})
        self.counts.embedded += len(missing)
        self.counts.reused += len(wanted) - len(missing)
        await self._settle(keys, wanted, known)

    async def _settle(self, keys: list[int], wanted: list[Wanted], known: dict[bytes, Vectors]) -> None:
        """Into the index, and out of the pending ones; keys whose text is gone are pending no more."""
        async with self._changing:
            await self._add({one.key: known[one.hash] for one in wanted})
            for key in set(keys) - {one.key for one in wanted}:
                self._fresh.pop(key, None)
                self._backlog.pop(key, None)
