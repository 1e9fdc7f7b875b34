"""`make bench`: one table of what requests cost, beside plain Otter Wiki in the same run."""

import argparse
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench import agents, cold, embedded, lambda_warm, report, search
from bench.client import path_of
from bench.measure import FULL, QUICK, Effort, Result, measure, say
from bench.report import NO_DOOR, NOT_MEASURED, Row
from bench.servers import THREADS, NoStart, Server, empty_agent, plain, wikibot
from bench.tasks import Task, Tasks
from bench.wikis import Wiki, generated, large, starter

ROOT = Path(__file__).resolve().parents[1]
SIZES = (1_000, 10_000, 50_000)
STARTS = 3


def main() -> None:
    """Prepares the wikis, measures them, prints the table."""
    options = _options()
    effort = QUICK if options.quick else FULL
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wikibot-bench-") as folder:
        rows = list(_rows(options, effort, Path(folder)))
    text = f"{_conditions(options.quick, time.monotonic() - begin)}\n\n{report.table(rows)}"
    print(text)
    if options.write:
        report.write(ROOT / "docs" / "performance.md", text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, and no 50,000 pages")
    parser.add_argument("--write", action="store_true", help="write the table to docs/performance.md")
    parser.add_argument(
        "--only",
        choices=["large", "starter", "growth", "search", "cold", "lambda"],
        help="one part only",
    )
    parser.add_argument("--no-plain", action="store_true", help="leave plain Otter Wiki out")
    parser.add_argument(
        "--no-embeddings",
        action="store_true",
        help="the starter and the large wiki by words only: to embed the large one takes minutes at first",
    )
    parser.add_argument(
        "--bundle",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "tldr-en.bundle",
        help="the large wiki",
    )
    return parser.parse_args()


def _rows(options: argparse.Namespace, effort: Effort, work: Path) -> Iterator[Row]:
    parts = [options.only] if options.only else ["starter", "large", "search", "growth", "lambda"]
    first: dict[str, float] = {}
    for part in ("starter", "large"):
        if part in parts:
            say(f"Preparing the {part} wiki")
            wiki = starter(work) if part == "starter" else large(options.bundle, work)
            servers = _servers(
                wiki,
                with_plain=not options.no_plain,
                embeddings="none" if options.no_embeddings else "local",
            )
            yield from _wiki_rows(wiki, effort, first, servers)
    if "lambda" in parts:
        say("Preparing the starter wiki for the Lambda handler")
        yield from lambda_warm.rows(starter(work, "lambda"), effort)
    if "search" in parts:
        say("Preparing the large wiki for the search")
        (work / "search").mkdir()
        yield from search.rows(large(options.bundle, work / "search"), effort, work)
    if options.only in {None, "cold"} and not options.no_plain:
        yield from _cold_rows(options, work)
    if "growth" in parts:
        yield from _growth_rows(
            effort, work, SIZES[:2] if options.quick else SIZES, with_plain=not options.no_plain
        )


def _cold_rows(options: argparse.Namespace, work: Path) -> Iterator[Row]:
    """On wikis of their own, which nobody else has changed."""
    apart, seconds = work / "cold", dict[str, float]()
    apart.mkdir()
    for wiki in (starter(apart), large(options.bundle, apart)):
        say(f"Cold starts of the {wiki.name} wiki")
        yield from cold.rows(wiki, 1 if options.quick else cold.ROUNDS, seconds)


def _servers(wiki: Wiki, *, with_plain: bool, embeddings: str = "local") -> list[Server]:
    ours = wikibot(wiki.data, wiki.data / "server.log", embeddings=embeddings)
    theirs = plain(wiki.plain / "repository", wiki.plain / "db.sqlite", wiki.plain / "server.log")
    return [ours, theirs] if with_plain else [ours]


def _wiki_rows(wiki: Wiki, effort: Effort, first: dict[str, float], servers: list[Server]) -> Iterator[Row]:
    measured: dict[str, dict[str, Result]] = {}
    tasks: list[Task] = []
    for server in servers:
        tasks = [*Tasks(wiki, ours=server.rest).all(), *agents.rows(wiki)]
        measured[server.name] = _measured(server, wiki, tasks, effort)
    ours, theirs = measured["wikibot"], measured.get("plain", {})
    if theirs:
        empty = _empty_tool(wiki, effort)
        theirs |= {agents.READ: empty, agents.SEARCH: empty}
    for task in tasks:
        wanted = report.wanted_for(task.name) if wiki.name == "large" else None
        yield Row(wiki.name, task.name, task.state, ours[task.name], _beside(theirs, task.name), wanted)
    start = "first answer of a fresh process"
    first[wiki.name] = ours[start].p50
    verdict = _against_starter(first) if wiki.name == "large" else ""
    yield Row(wiki.name, start, "cold", ours[start], _beside(theirs, start), verdict=verdict)
    yield Row(wiki.name, "memory after the run, MiB", "", ours["memory"], _beside(theirs, "memory"))


def _empty_tool(wiki: Wiki, effort: Effort) -> Result:
    server = empty_agent(wiki.data / "server.log")
    server.start("/")
    try:
        return measure(server, agents.EMPTY, effort, "/")
    finally:
        server.stop()


def _beside(theirs: dict[str, Result], name: str) -> Result:
    return theirs.get(name, NO_DOOR) if theirs else NOT_MEASURED


def _against_starter(first: dict[str, float]) -> str:
    if not first.get("starter"):
        return ""
    ratio = first["large"] / first["starter"]
    return f"≤ 3 × starter: {ratio:.1f} ×, {'met' if ratio <= 3 else 'MISSED'}"


def _measured(server: Server, wiki: Wiki, tasks: list[Task], effort: Effort) -> dict[str, Result]:
    page = f"/{path_of(wiki.page)}"
    say(f"{wiki.name}: {server.name}, first start")
    if server.rest:
        embedded.bring(wiki.data, wiki.name)
    server.start(page)  # makes the derived files
    if server.rest:
        server.settle()
        embedded.keep(wiki.data, wiki.name)
    found: dict[str, Result] = {}
    try:
        for task in tasks:
            if task.rest and not server.rest:
                continue
            found[task.name] = measure(server, task, effort, page)
            say(f"  {wiki.name}: {server.name}: {task.name}: {found[task.name]}")
        found["memory"] = Result(server.memory(), server.memory(), encoding="resident")
    finally:
        server.stop()
    times = sorted(_start(server, page) * 1000 for _ in range(STARTS))
    found["first answer of a fresh process"] = Result(
        statistics.median(times), times[-1], None, STARTS, encoding="derived files in place"
    )
    return found


def _start(server: Server, page: str) -> float:
    try:
        return server.start(page)
    finally:
        server.stop()


def _growth_rows(effort: Effort, work: Path, sizes: tuple[int, ...], *, with_plain: bool) -> Iterator[Row]:
    base: dict[str, float] = {}
    for size in sizes:
        say(f"Preparing {size:,} pages")
        wiki = generated(size, work)
        # Reading and saving are what grows here; embedding 50,000 pages would only take the cores away.
        servers = _servers(wiki, with_plain=with_plain, embeddings="none")
        found = {server.name: _growth(server, wiki, effort) for server in servers}
        for name, ours in found["wikibot"].items():
            theirs = _beside(found.get("plain", {}), name)
            base.setdefault(name, ours.p50)
            ratio = ours.p50 / base[name] if base[name] else 0.0
            verdict = f"≤ 1.5 × {sizes[0]:,}: {ratio:.2f} ×, {'met' if ratio <= 1.5 else 'MISSED'}"
            judged = size != sizes[0] and name != "page view, first"
            yield Row(wiki.name, name, "warm", ours, theirs, verdict=verdict if judged else "")


def _growth(server: Server, wiki: Wiki, effort: Effort) -> dict[str, Result]:
    page = f"/{path_of(wiki.page)}"
    try:
        server.start(page)
    except NoStart as error:
        return {"start": Result(void=str(error)[:80])}
    try:
        tasks = [task for task in Tasks(wiki, ours=server.rest).growth() if server.rest or not task.rest]
        found = {task.name: measure(server, task, effort, page) for task in tasks}
    finally:
        server.stop()
    say(f"  {wiki.name}: {server.name}: {found}")
    return found


def _conditions(quick: bool, seconds: float) -> str:
    kind = "quick" if quick else "full"
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {kind} run of {seconds / 60:.0f} minutes. Times in "
        "milliseconds, real sockets on loopback, no compression asked for, the client on the same cores. "
        f"wikibot under uvicorn, one process, {THREADS} threads; plain Otter Wiki 2.26.1 under waitress, "
        f"{THREADS} threads, time-out 35 s."
    )


if __name__ == "__main__":
    main()
