"""The commands that the documentation marks as runnable, run against a real server."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import RUN, documents

SNIPPETS = [snippet for path in documents() for snippet in RUN.findall(path.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `wikibot serve` with the starter wiki."""
    program = Path(sys.executable).with_name("wikibot")
    data = tmp_path_factory.mktemp("data")
    command = [str(program), "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()


@pytest.mark.edge
@pytest.mark.parametrize("snippet", SNIPPETS, ids=range(len(SNIPPETS)))
def test_a_snippet_runs_and_gets_no_error(snippet: str, wiki: str) -> None:
    done = subprocess.run(
        ["bash", "-euc", snippet],
        env={**os.environ, "WIKI": wiki},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers = [json.loads(line) for line in done.stdout.replace("}{", "}\n{").splitlines()]
    assert answers
    assert [answer for answer in answers if "error" in answer] == []
