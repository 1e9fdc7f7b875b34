"""Everything made anew from the texts that stand: chunks, then vectors, with progress.

What was embedded before comes from the store. Killed at any time, it goes on where it was: each step is kept
as soon as it is done.
"""

from collections import deque
from collections.abc import Callable
from time import monotonic

from search.answers import Progress
from search.keywords import KeywordIndex
from search.meaning import Meaning
from search.passages import Passages
from search.threads import Lane

WINDOW = 20
"""Steps over which the speed is taken."""

Report = Callable[[Progress], None]


class Rebuild:
    """One run. `progress` may be read at any time."""

    def __init__(
        self,
        keywords: KeywordIndex,
        meaning: Meaning,
        report: Report | None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.progress = Progress(0, 0, 0, 0, 0, 0.0, None)
        self._keywords = keywords
        self._passages = Passages(keywords.database)
        self._meaning = meaning
        self._report = report
        self._clock = clock
        self._lane = Lane("rebuild", 1)
        self._embedded = meaning.counts.embedded
        self._speed: deque[tuple[float, int]] = deque(maxlen=WINDOW)

    async def run(self) -> Progress:
        """Raises SearchError when the model fails; what was done stays done."""
        try:
            await self._chunk()
            await self._embed()
        finally:
            self._lane.close()
        return self.progress

    async def _chunk(self) -> None:
        documents = await self._lane.run(self._passages.rechunk)
        while True:
            await self._meaning.follow()
            left = self._meaning.unchunked
            self._tell(documents, documents - left, 0, 0)
            if not left:
                return

    async def _embed(self) -> None:
        await self._meaning.renew()
        while True:
            documents, chunks = await self._lane.run(self._passages.counts)
            left = self._meaning.behind
            self._tell(documents, documents - self._meaning.unchunked, chunks, max(0, chunks - left))
            if not left:
                break
            await self._meaning.work()
            await self._meaning.follow()
        mark = await self._lane.run(self._keywords.mark)
        await self._meaning.save(mark or "")

    def _tell(self, documents: int, documents_done: int, chunks: int, chunks_done: int) -> None:
        embedded = self._meaning.counts.embedded - self._embedded
        self._speed.append((self._clock(), embedded))
        (start, before), (now, after) = self._speed[0], self._speed[-1]
        speed = (after - before) / (now - start) if now > start else 0.0
        left = (chunks - chunks_done) / speed if speed and chunks else None
        self.progress = Progress(documents, documents_done, chunks, chunks_done, embedded, speed, left)
        if self._report:
            self._report(self.progress)
