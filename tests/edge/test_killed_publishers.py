"""Processes killed with SIGKILL while they publish snapshots: a new machine never begins with half of one."""

import asyncio
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from gateway.services import open_services
from gateway.snapshots import KEPT
from tests.gateway.publisher import settings_of
from tests.wiki_app.git import git
from wiki_app.catalog import commit_of

KILLS = 20
LONGEST = 0.4
"""Seconds after which a process is killed at the latest; it publishes without a pause until then."""

PATIENCE = 20.0


def begin(data: Path, cache: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.gateway.publisher", str(data), str(cache), "1000"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout and process.stdout.readline() == "ready\n"
    return process


def seen(snapshots: Path) -> None:
    """Returns as soon as a snapshot is being written."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not list(snapshots.glob(".*.new")):
        pass


@pytest.mark.edge
async def test_twenty_kills_leave_whole_snapshots_and_no_more_than_so_many(tmp_path: Path) -> None:
    data, snapshots, random = tmp_path / "data", tmp_path / "data" / "snapshots", Random(11)
    left_over, fetched = 0, 0
    for number in range(KILLS):
        process = begin(data, tmp_path / "publisher")
        if number % 2:
            await asyncio.sleep(random.uniform(0, LONGEST))
        else:
            seen(snapshots)
        process.kill()
        process.communicate()
        left_over += bool(list(snapshots.glob(".*.new")))
        assert len(list(snapshots.glob("[0-9]*-*"))) <= KEPT + 1
        assert len(list(snapshots.glob(".[0-9]*"))) <= 2
        machine = tmp_path / f"machine{number}"
        machine.mkdir()
        async with open_services(settings_of(data, machine)) as services:
            fetched += commit_of(machine / "catalog.db") is not None
            files = git(data / "repository", "ls-tree", "-r", "--name-only", "HEAD").splitlines()
            assert len(services.pages.list()) == len([file for file in files if file.endswith(".md")])
        shutil.rmtree(machine)

    assert left_over, "no kill hit a snapshot that was being written"
    assert fetched, "no machine began with a snapshot"
    async with open_services(settings_of(data, tmp_path / "last")):
        pass
    assert not list(snapshots.glob(".[0-9]*"))
    assert not list((tmp_path / "publisher").glob("fetched-*"))
    assert os.listdir(snapshots)
