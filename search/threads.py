"""The one way from the event loop into threads: lanes of a few threads each, so that none blocks another."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

NICER = 10
"""How much the priority of background threads is lowered, in the steps of nice(1)."""


class Lane:
    """A bounded pool of threads; what exceeds it waits in order. Threads start when first needed."""

    def __init__(self, name: str, threads: int, *, lower_priority: bool = False) -> None:
        self._pool = ThreadPoolExecutor(
            threads, f"search-{name}", initializer=_lower_priority if lower_priority else None
        )

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result; what it raises is raised here."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Finish what has begun, drop what waits."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _lower_priority() -> None:
    """Linux has a priority for each thread; elsewhere it would be the whole process's."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICER)
