"""The one way from the event loop into a thread, with a bound.

Git, SQLite and the page service block; on the loop they would stop every other request.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 16
"""How many blocking calls of one event loop run at a time; the rest wait their turn."""

_limiter: RunVar[CapacityLimiter] = RunVar("wikibot_threads")


def _bound() -> CapacityLimiter:
    """The limiter of the running event loop (a limiter cannot be shared between loops)."""
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(THREADS)
        _limiter.set(limiter)
        return limiter


async def in_thread(func: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a blocking call in a worker thread and wait for its result.

    A cancelled request still waits for the thread: a write is never left half observed.
    """
    return await to_thread.run_sync(lambda: func(*args, **kwargs), limiter=_bound())
