"""The way into threads."""

import asyncio
import threading
import time

from gateway.threads import THREADS, in_thread


async def test_a_call_runs_in_another_thread_with_its_arguments() -> None:
    def call(a: int, *, b: int) -> tuple[int, int]:
        return a + b, threading.get_ident()

    total, thread = await in_thread(call, 1, b=2)

    assert total == 3
    assert thread != threading.get_ident()


async def test_only_so_many_run_at_a_time() -> None:
    lock, running, most = threading.Lock(), 0, 0

    def call() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1

    await asyncio.gather(*(in_thread(call) for _ in range(THREADS * 3)))

    assert 1 < most <= THREADS
