"""Runs Otter Wiki's own test suite on our store: `python -m tests.upstream.run`.

`--stock` runs it on Otter Wiki's own storage instead. Prints what was collected, passed and failed; the exit
status is 0 only when the number is right and the failures are exactly the expected ones. Further arguments
are handed to pytest; then the sets are printed and not judged.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.upstream.expected import COLLECTED, FAILURES
from tests.upstream.sources import fetch

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "upstream"
PROCESSES = 2


@dataclass(frozen=True)
class Outcome:
    """Names as `file.py::test`."""

    collected: frozenset[str]
    failed: frozenset[str]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stock", action="store_true", help="on Otter Wiki's own storage")
    arguments, rest = parser.parse_known_args()
    tests = fetch(BUILD)
    outcome = run(tests, "stock" if arguments.stock else "ours", rest)
    expected = frozenset() if arguments.stock else frozenset(FAILURES)
    passed = len(outcome.collected) - len(outcome.failed)
    print(f"collected {len(outcome.collected)}, passed {passed}, failed {len(outcome.failed)}")
    return judge(outcome, expected, partial=bool(rest))


def run(tests: Path, storage: str, rest: list[str]) -> Outcome:
    """Splits the test files over processes: each has one Otter Wiki."""
    if rest:
        parts = [rest]
    else:
        files = sorted(tests.glob("test_*.py"), key=lambda file: -file.stat().st_size)
        parts = [[file.name for file in files[number::PROCESSES]] for number in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        outcomes = list(pool.map(lambda part: _pytest(tests, storage, part), parts))
    return Outcome(
        frozenset().union(*(outcome.collected for outcome in outcomes)),
        frozenset().union(*(outcome.failed for outcome in outcomes)),
    )


def _pytest(tests: Path, storage: str, arguments: list[str]) -> Outcome:
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "UPSTREAM_STORAGE": storage,
            "UPSTREAM_REPORT": str(report),
            **{
                f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in WHO.items()
            },
        }
        plugins = ["-p", "tests.upstream.fixtures", "-p", "no:cacheprovider", "--rootdir", str(tests)]
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", *plugins, f"--basetemp={scratch}/tmp"]
        subprocess.run([*command, *arguments], cwd=tests, env=environment, check=False)
        found = json.loads(report.read_text())
    return Outcome(frozenset(found["collected"]), frozenset(found["failed"]))


WHO = {"NAME": "Upstream Tests", "EMAIL": "tests@example.org"}


def judge(outcome: Outcome, expected: frozenset[str], *, partial: bool) -> int:
    """0 when everything is as expected; says what is not."""
    surprising = outcome.failed - expected
    healed = (expected & outcome.collected) - outcome.failed
    for title, names in (("failed unexpectedly", surprising), ("expected to fail, but passed", healed)):
        for name in sorted(names):
            print(f"{title}: {name}")
    complete = partial or len(outcome.collected) == COLLECTED
    if not complete:
        print(f"collected {len(outcome.collected)} instead of {COLLECTED}")
    return 0 if complete and not surprising and not healed else 1


if __name__ == "__main__":
    sys.exit(main())
