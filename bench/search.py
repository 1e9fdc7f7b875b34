"""The rows of the search: on the large wiki through its doors, and on 100,000 chunks."""

import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench import embedded
from bench.agents import call
from bench.client import Answer, Client, path_of
from bench.measure import Effort, Result, measure, say
from bench.report import Row
from bench.servers import wikibot
from bench.tasks import Step, Task, WrongAnswer, expect
from bench.wikis import Wiki
from gateway.services import open_services
from gateway.settings import load_settings
from search.answers import Progress
from search.rebuild import Report

QUERIES = (
    "archive compress", "list files recursively", "docker image build", "convert video to audio",
    "undo the last commit", "show disk usage of a directory", "which process listens on a port",
    "resize an image", "copy files to another machine", "git rebase interactive", "change owner of a file",
    "monitor network traffic", "encrypt a file with a password", "find text in many files", "tar",
    "schedule a job every day", "compare two directories", "flash an sd card", "kubectl rollout", "ffmpeg",
)  # fmt: skip
CHUNKS = 100_000
REAL = 2_000
"""Chunks from which the rate of a rebuild is taken."""
SPARE = 50
"""More of them are embedded, as the first ones come before the clock starts."""
ALONE = Result(void="nothing beside it")


def rows(wiki: Wiki, effort: Effort, work: Path) -> Iterator[Row]:
    """First what needs the machine for itself: embedding the wiki."""
    embedded.bring(wiki.data, wiki.name, without=REAL + SPARE)
    yield from _rebuilt(wiki)
    embedded.keep(wiki.data, wiki.name)
    yield from _large(wiki, effort)
    yield from _many(work, effort)


def _row(
    wiki: str,
    name: str,
    ours: Result,
    wanted: float | None = None,
    *,
    state: str = "warm",
    beside: Result = ALONE,
) -> Row:
    return Row(wiki, name, state, ours, beside, wanted)


def _rebuilt(wiki: Wiki) -> Iterator[Row]:
    """What an earlier run has not kept is embedded by the shipped model, through the product's rebuild."""
    say("search: embedding the large wiki")
    seen: list[tuple[float, int]] = []

    def report(progress: Progress) -> None:
        seen.append((time.monotonic(), progress.embedded))

    asyncio.run(_rebuild(wiki.data, report))
    begin = next(at for at, count in seen if count)
    first = next(count for _, count in seen if count)
    end, count = next(((at, count) for at, count in seen if count >= first + REAL), seen[-1])
    rate = (count - first) / (end - begin)
    shown = Result(rate, rate, None, count, encoding=f"chunks/s over {count - first:,} chunks; real model")
    yield _row("large", "rebuild, chunks a second (no time)", shown, state="new wiki")


async def _rebuild(data: Path, report: Report) -> None:
    settings = load_settings(data=data, load="first-use")
    async with open_services(settings) as services:
        await services.searching.rebuild(report)


def _large(wiki: Wiki, effort: Effort) -> Iterator[Row]:
    server = wikibot(wiki.data, wiki.data / "server.log")
    page = f"/{path_of(wiki.page)}"
    server.start(page)
    try:
        for task, wanted in tasks():
            result = measure(server, task, effort, page)
            say(f"  search: {task.name}: {result}")
            yield _row("large", task.name, result, wanted, state=task.state)
        memory = Result(server.memory(), server.memory(), encoding="resident, model and vectors loaded")
        yield _row("large", "memory of the server, MiB", memory, state="")
    finally:
        server.stop()


def tasks() -> Iterator[tuple[Task, float | None]]:
    """The doors, and the milliseconds that are wanted of them."""
    state = "warm, twenty queries in turn"
    yield Task("REST search, keyword", lambda: rest("search?limit=10&mode=keyword&q="), note=state), 10
    yield Task("REST search, hybrid", lambda: rest("search?mode=hybrid&q="), note=state), 25
    yield Task("REST search, semantic", lambda: rest("search?mode=semantic&q="), note=state), 25
    yield Task("REST semantic-search", lambda: rest("semantic-search?q="), note=state), 25
    yield Task("MCP search, keyword", lambda: agents("keyword"), note=state), 12
    yield Task("MCP search, hybrid", lambda: agents("hybrid"), note=state), None
    for mode in ("keyword", "hybrid"):
        name = f"REST search, {mode}, the first after a save"
        yield Task(name, lambda mode=mode: after_a_save(mode), writes=True, rate=False), 100  # type: ignore[misc]


def rest(address: str) -> Step:
    """One question after the other; an answer by fewer means than asked for voids the row."""
    asked = itertools.cycle(QUERIES)

    def step(client: Client) -> Answer:
        answer = expect(client.get(f"/api/v1/{address}{quote(next(asked))}"), 200, "results")
        body = answer.json()
        if not body.get("results") or body.get("behind") or "note" in body:
            raise WrongAnswer(f"nothing found, or not by all means; {answer.body[:200]!r}")
        return answer

    return step


def agents(mode: str) -> Step:
    """The same as a tool's call."""
    asked = itertools.cycle(QUERIES)

    def step(client: Client) -> Answer:
        answer = call(client, "search", {"query": next(asked), "mode": mode, "limit": 10})
        result = answer.json()["result"]
        body = result["structuredContent"] if isinstance(result, dict) else {}
        if body.get("mode") != mode or not body.get("results") or body.get("behind"):
            raise WrongAnswer(f"nothing found, or not by all means; {answer.body[:200]!r}")
        return answer

    return step


def after_a_save(mode: str) -> Step:
    """A new page each time; only the question counts, which catches up and has to find it first."""
    numbers = itertools.count(1)

    def step(client: Client) -> Answer:
        word = f"zz{mode}{next(numbers)}x{id(numbers)}"
        page = {"content": f"# Fresh\n\nThe {word} was saved a moment ago.\n"}
        expect(client.send("PUT", f"/api/v1/pages/bench/{word}", page), 201)
        answer = expect(client.get(f"/api/v1/search?limit=5&mode={mode}&q={word}"), 200)
        found = answer.json().get("results")
        if not isinstance(found, list) or not found or word not in found[0]["path"].lower():
            raise WrongAnswer(f"what was saved is not found; {answer.body[:200]!r}")
        return answer

    return step


# In milliseconds; what stands beside a row is measured in the same run.
NAMES: tuple[tuple[str, str, float | None, str], ...] = (
    ("keyword", "search, keyword", 10, "warm"),
    ("hybrid", "search, hybrid, the query's embedding included", 25, "warm"),
    ("semantic", "search, semantic, the query's embedding included", None, "warm"),
    ("keyword after a save", "search, keyword, the first after a save", 100, "warm"),
    ("hybrid after a save", "search, hybrid, the first after a save", 100, "warm"),
    ("faiss", "vectors alone, the 300 nearest", None, "warm; beside it: numpy"),
    ("load", "index of vectors loaded", None, "cold; no model"),
    ("first", "first answer, model and index loaded", None, "cold"),
    ("memory", "memory, MiB", None, ""),
)


def _many(work: Path, effort: Effort) -> Iterator[Row]:
    say(f"search: an index of {CHUNKS:,} chunks")
    folder = work / "chunks"
    _process("fill", folder, CHUNKS)
    found: dict[str, list[float]] = json.loads(_process("measure", folder, effort.repeats))
    for key, name, wanted, state in NAMES:
        beside = _of(found["numpy"]) if key == "faiss" else ALONE
        yield _row(f"{CHUNKS:,} chunks", name, _of(found[key]), wanted, state=state, beside=beside)


def _process(what: str, folder: Path, number: int) -> str:
    command = [sys.executable, "-m", "bench.chunks", what, str(folder), str(number)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _of(times: list[float]) -> Result:
    worst = sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]
    return Result(statistics.median(times), worst, None, len(times), encoding="in the process")
