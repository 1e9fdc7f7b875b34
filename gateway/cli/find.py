"""`wikibot search` and `wikibot reindex`: the search of the app, from the terminal."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.searching import Asked, Found, Searching
from gateway.services import open_services
from gateway.settings import load_settings
from gateway.start import StartError
from search.answers import Hit, Mode, Progress
from wiki_app.names import display
from wiki_app.rules import WikiRules

WIDTH = 30  # of the progress bar


def find(query: str, *, data: Path | None, mode: str, limit: int) -> int:
    """Print the best pages; 1 when there is none. Raises SearchUnavailable, StartError."""
    found = asyncio.run(_find(Asked(query, Mode(mode), limit, sections=1), data))
    for line in lines(found):
        print(line)
    return 0 if found.answer.hits else 1


def reindex(*, data: Path | None) -> int:
    """Chunks and vectors anew. Raises SearchUnavailable, StartError."""
    done = asyncio.run(_reindex(data))
    counts = f"{done.documents_done} pages, {done.chunks_done} chunks"
    print(f"{counts}; {done.embedded} embedded, the others kept.")
    return 0


def lines(found: Found) -> Iterator[str]:
    """What the terminal shows of an answer."""
    for hit in found.answer.hits:
        yield from _shown(hit, found.rules)
    if not found.answer.hits:
        yield "Nothing found."
    if found.answer.notice:
        yield f"By words only: {found.answer.notice}"
    if found.answer.behind:
        yield f"{found.answer.behind} chunks are not embedded yet: wikibot reindex does it."


def _shown(hit: Hit, rules: WikiRules) -> Iterator[str]:
    best = hit.sections[0]
    matched = ", ".join([*(["exact"] if hit.exact else []), *hit.legs])
    place = f" § {best.name}" if best.name else ""
    yield f"{hit.score:.2f}  {display(hit.id, rules)}{place}  ({matched})"
    yield f"      {best.snippet.text}"


def bar(progress: Progress) -> str:
    """One line: how much is done, how fast, how long it will take."""
    chunked = progress.documents_done < progress.documents or not progress.chunks
    done, of = (
        (progress.documents_done, progress.documents) if chunked else (progress.chunks_done, progress.chunks)
    )
    full = WIDTH * done // of if of else WIDTH
    text = f"[{'#' * full}{'.' * (WIDTH - full)}] {done}/{of} {'pages' if chunked else 'chunks'}"
    if progress.per_second and not chunked:
        text += f", {progress.per_second:.0f} a second"
    return text + (f", {progress.left:.0f} s left" if progress.left else "")


def _tell(progress: Progress) -> None:
    """In place on a terminal; nothing where the output goes to a file."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{bar(progress)}", end="", file=sys.stderr, flush=True)


async def _find(asked: Asked, data: Path | None) -> Found:
    async with _searching(data) as searching:
        return await searching.query(asked)


async def _reindex(data: Path | None) -> Progress:
    async with _searching(data) as searching:
        try:
            return await searching.rebuild(_tell)
        finally:
            if sys.stderr.isatty():
                print(file=sys.stderr)


@asynccontextmanager
async def _searching(data: Path | None) -> AsyncIterator[Searching]:
    """Over the wiki as it is, beside a server that may run; without background work."""
    settings = load_settings(data=data, load="first-use")
    if not (settings.repository / ".git").exists():
        raise StartError(f"{settings.data} holds no wiki yet: wikibot serve makes one.")
    async with open_services(settings) as services:
        yield services.searching
