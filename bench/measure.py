"""One row: the same request again and again, then by eight clients at once."""

import statistics
import sys
import threading
import time
from dataclasses import dataclass

from bench.client import Answer, Client, NoAnswer
from bench.servers import Server
from bench.tasks import Step, Task, WrongAnswer

CLIENTS = 8
ENOUGH = 5
"""Answers that a median should rest on, as long as three times the seconds allow it."""
SHORTEST, LONGEST = 8.0, 20.0
"""Bounds of the time in seconds that one of eight clients waits for an answer."""


@dataclass(frozen=True)
class Effort:
    """How long a row may take: requests for the percentiles, seconds for them, seconds of eight clients."""

    repeats: int
    seconds: float
    rate_seconds: float


FULL = Effort(60, 15, 4)
QUICK = Effort(10, 6, 1.5)


@dataclass(frozen=True)
class Result:
    """One measured row; milliseconds. `void`: why it counts for nothing; `crowd`: why it has no rate."""

    p50: float = 0.0
    p95: float = 0.0
    rate: float | None = None
    samples: int = 0
    status: int = 0
    size: int = 0
    encoding: str = ""
    void: str = ""
    crowd: str = ""


def measure(server: Server, task: Task, effort: Effort, page: str) -> Result:
    """Measures one row; a server that gave no answer is started anew, for the sake of the next row."""
    try:
        answers = _alone(server.client(), task, effort)
    except NoAnswer:
        _restart(server, page)
        return Result(void=f"no answer in {server.timeout:g} s")
    except WrongAnswer as error:
        return Result(void=str(error).partition(";")[0])
    times = sorted(answer.seconds * 1000 for answer in answers)
    last = answers[-1]
    rate, crowd = _together(server, task, effort, page, statistics.median(times) / 1000)
    return Result(
        statistics.median(times),
        _percentile(times, 0.95),
        rate,
        len(times),
        last.status,
        len(last.body),
        last.encoding,
        crowd=crowd,
    )


def _alone(client: Client, task: Task, effort: Effort) -> list[Answer]:
    step = task.step()
    warm = step(client)
    slow = warm.seconds > effort.seconds / 3
    if slow:  # what takes so long is not asked again only to warm up
        return [warm]
    answers: list[Answer] = []
    begin = time.monotonic()
    while len(answers) < effort.repeats:
        answers.append(step(client))
        budget = effort.seconds * (1 if len(answers) >= ENOUGH else 3)
        if time.monotonic() - begin > budget:
            break
    return answers


def _percentile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, round(share * len(times)))]


class _Crowd:
    """Eight clients, a connection and a session each, until the time is over."""

    def __init__(self, server: Server, task: Task, seconds: float, patience: float) -> None:
        self._server, self._task, self._patience = server, task, patience
        self._ready = threading.Barrier(CLIENTS)
        self._seconds = seconds
        self._lock = threading.Lock()
        self.done = 0
        self.failed: Exception | None = None
        self.last = 0.0

    def run(self) -> float:
        """Requests a second; `failed` holds what a client met."""
        threads = [threading.Thread(target=self._guarded, args=(self._task.step(),)) for _ in range(CLIENTS)]
        begin = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.done / max(self.last - begin, 0.001)

    def _guarded(self, step: Step) -> None:
        try:
            self._client(step)
        except (NoAnswer, WrongAnswer) as error:
            self.failed = error
            self._ready.abort()
        except threading.BrokenBarrierError:
            return  # another client failed before all were ready

    def _client(self, step: Step) -> None:
        client = self._server.client()
        client.timeout = self._patience
        self._ready.wait(60)
        end = time.monotonic() + self._seconds
        while time.monotonic() < end and self.failed is None:
            step(client)
            with self._lock:
                self.done += 1
                self.last = time.monotonic()
        client.close()


def _together(
    server: Server, task: Task, effort: Effort, page: str, alone: float
) -> tuple[float | None, str]:
    """Requests a second, or None and the reason. `alone` is what one client waits, in seconds."""
    if not task.rate or alone * CLIENTS > LONGEST:
        return None, "not tried" if task.rate else ""
    patience = min(max(3 * alone * CLIENTS, SHORTEST), LONGEST)
    crowd = _Crowd(server, task, effort.rate_seconds, patience)
    rate = crowd.run()
    if crowd.failed is None:
        return rate, ""
    say(f"  {server.name}: {task.name}, {CLIENTS} clients: {crowd.failed}")
    _restart(server, page)
    if isinstance(crowd.failed, NoAnswer):
        return None, f"hung {patience:.0f} s"
    return None, str(crowd.failed).partition(",")[0]


def _restart(server: Server, page: str) -> None:
    server.stop()
    server.start(page)


def say(line: str) -> None:
    """Progress, apart from the table."""
    print(line, file=sys.stderr, flush=True)
