"""Several processes that start at the same moment on a folder that none of them knows."""

import multiprocessing
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.wiki_app.git import git
from wiki_app.rules import WikiRules
from wiki_app.starter import create_starter
from wiki_app.store import Store

PROCESSES = 4
FOLDERS = 12


def start_in_each(folder: Path, barrier: Barrier) -> None:
    """A process: in each folder at the same moment as the others."""
    for number in range(FOLDERS):
        data = folder / str(number)
        barrier.wait(60)
        with closing(Store.open(data, data / "cache", WikiRules, index_delay=0)) as store:
            create_starter(store, lambda: datetime.now(UTC))


def test_processes_that_start_together_make_one_wiki(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(PROCESSES)
    processes = [spawn.Process(target=start_in_each, args=(tmp_path, barrier)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    for number in range(FOLDERS):
        repository = tmp_path / str(number) / "repository"
        assert git(repository, "rev-list", "--count", "HEAD") == "1\n"
        assert git(repository, "status", "--porcelain") == ""
        assert [each.name for each in repository.parent.iterdir() if each.name.startswith(".")] == []
