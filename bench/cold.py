"""The rows of cold starts: CPU time of a fresh process until its first answer, beside plain Otter Wiki's.

Lambda's time is the handler's import and the first event; the processor that it gets is another one, so that
only the ratio means something. Kinds take turns, so that a busy moment meets all of them alike.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping

from bench.first_answer import EVENTS, PLAIN
from bench.measure import Result, say
from bench.report import Row
from bench.tasks import WrongAnswer
from bench.wikis import Wiki

ROUNDS = 5
WANTED: Mapping[str, float] = {"REST read": 0.6, "page view": 1.2, "MCP call": 2.0}
"""Shares of plain Otter Wiki's CPU time, on the starter wiki (the issue's aims)."""
MORE = 0.3
"""CPU seconds that the large wiki may take beyond the starter."""
SECONDS = 300
OK = 200


def rows(wiki: Wiki, rounds: int, starter: dict[str, float]) -> Iterator[Row]:
    """One row a kind of first request; `starter` takes the starter wiki's seconds, and gives them later.

    The first processes publish the snapshot and leave the bytecode of each kind, which a Lambda's package
    has, too; each measured one begins with an empty cache.
    """
    spent: dict[str, list[float]] = {kind: [] for kind in (*EVENTS, PLAIN)}
    for kind in spent:
        _answered(wiki, kind, f"warm-up-{kind.replace(' ', '-')}")
    for number in range(rounds):
        for kind, seconds in spent.items():
            seconds.append(_answered(wiki, kind, f"cold-{number}-{kind.replace(' ', '-')}"))
    plain = spent.pop(PLAIN)
    for kind, seconds in spent.items():
        middle = statistics.median(seconds)
        starter.setdefault(kind, middle)
        say(f"  {wiki.name}: cold start, {kind}: {middle:.3f} CPU s")
        verdict = _verdict(kind, middle, statistics.median(plain), middle - starter[kind], wiki.name)
        yield Row(
            wiki.name, f"cold start, {kind}", "CPU time", _result(seconds), _result(plain), verdict=verdict
        )


def _verdict(kind: str, ours: float, plain: float, more: float, wiki: str) -> str:
    ratio = ours / plain
    if wiki == "large":
        return f"≤ starter + {MORE} s: {more:+.2f} s, {'met' if more <= MORE else 'MISSED'}; {ratio:.2f} ×"
    if kind not in WANTED:
        return f"{ratio:.2f} ×"
    return f"≤ {WANTED[kind]} × plain: {ratio:.2f} ×, {'met' if ratio <= WANTED[kind] else 'MISSED'}"


def _result(seconds: list[float]) -> Result:
    times = sorted(second * 1000 for second in seconds)
    return Result(
        statistics.median(times), times[-1], None, len(times), encoding="empty cache, snapshot in place"
    )


def _answered(wiki: Wiki, kind: str, cache: str) -> float:
    """CPU seconds. Raises WrongAnswer."""
    command = [sys.executable, "-m", "bench.first_answer", kind, wiki.page]
    done = subprocess.run(
        command,
        env=_environment(wiki, kind, cache),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise WrongAnswer(f"{kind}: {done.stderr[-500:]}")
    spent = json.loads(done.stdout.splitlines()[-1])
    if spent["status"] != OK:
        raise WrongAnswer(f"{kind}: status {spent['status']}")
    return float(spent["cpu"])


def _environment(wiki: Wiki, kind: str, cache: str) -> dict[str, str]:
    ours = {
        "WIKIBOT_DATA": str(wiki.data),
        "WIKIBOT_CACHE": str(wiki.data.parent / f"{wiki.data.name}-{cache}"),
        "WIKIBOT_SNAPSHOTS": "always",
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
        "WIKIBOT_PUBLIC_URL": "https://wiki.example.org",
        "WIKIBOT_LOG_LEVEL": "ERROR",
    }
    theirs = {
        "REPOSITORY": str(wiki.plain / "repository"),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{wiki.plain / 'db.sqlite'}",
        "SECRET_KEY": "a key for the benchmark only",
    }
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(wiki.data.parent / "bytecode")}
    return {**os.environ, "LOG_LEVEL": "WARNING", **bytecode, **(theirs if kind == PLAIN else ours)}
