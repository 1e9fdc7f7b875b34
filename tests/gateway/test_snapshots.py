"""Snapshots: what one machine has made, the next one need not; what is not whole is noticed."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.searching import Asked
from gateway.services import Services, open_services
from gateway.snapshots import KEPT
from search.answers import Mode
from tests.gateway.publisher import settings_of, write
from tests.wiki_app.git import commit_file, git
from wiki_app.catalog import commit_of

PAGES = {"tea": "Green leaves in hot water.", "coffee": "Roasted beans.", "cocoa": "Powder of another bean."}


async def make(data: Path, cache: Path) -> None:
    """A wiki with three pages that was searched by meaning, and its snapshot."""
    async with open_services(settings_of(data, cache)) as services:
        for path, text in PAGES.items():
            write(services, path, text)
        await services.searching.query(Asked("beans", Mode.HYBRID))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    asyncio.run(make(folder / "data", folder / "first"))
    return folder


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True, symlinks=True)
    return tmp_path / "data"


def published(data: Path) -> list[Path]:
    return sorted((data / "snapshots").glob("[0-9]*-*"))


def head(data: Path) -> str:
    return git(data / "repository", "rev-parse", "HEAD").strip()


def keys(services: Services) -> set[str]:
    return {page.path.lower() for page in services.pages.list()}


async def found(data: Path, cache: Path, query: str) -> tuple[list[str], int]:
    """What a new machine finds, and how many texts it embedded for that."""
    async with open_services(settings_of(data, cache)) as services:
        answer = (await services.searching.query(Asked(query, Mode.HYBRID))).answer
        state = await services.searching.state()
        return [hit.id for hit in answer.hits], state.embedded


@pytest.fixture
def git_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The arguments of every git process from now on."""
    folder, log = tmp_path / "bin", tmp_path / "git.log"
    folder.mkdir()
    log.touch()
    real = shutil.which("git")
    (folder / "git").write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec "{real}" "$@"\n')
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lambda: log.read_text().splitlines()


async def test_a_new_machine_embeds_nothing_and_reads_no_history(
    data: Path, tmp_path: Path, git_calls: Callable[[], list[str]]
) -> None:
    before = head(data)
    async with open_services(settings_of(data, tmp_path / "new")) as services:
        assert commit_of(tmp_path / "new" / "catalog.db") == before
        answer = (await services.searching.query(Asked("beans", Mode.HYBRID))).answer
        embedded = (await services.searching.state()).embedded

    assert "coffee" in {hit.id for hit in answer.hits}
    assert (embedded, answer.behind) == (0, 0)
    assert [call for call in git_calls() if " log " in f" {call} "] == []
    assert head(data) == before
    assert git(data / "repository", "status", "--porcelain") == ""


async def test_without_a_snapshot_the_same_machine_reads_the_history(
    data: Path, tmp_path: Path, git_calls: Callable[[], list[str]]
) -> None:
    shutil.rmtree(data / "snapshots")
    await found(data, tmp_path / "new", "beans")

    assert len([call for call in git_calls() if " log " in f" {call} "]) == 1


async def test_what_was_committed_since_is_caught_up(data: Path, tmp_path: Path) -> None:
    commit_file(data / "repository", "mate.md", "Leaves of a holly, no beans.")

    names, _ = await found(data, tmp_path / "new", "holly beans")

    assert {"mate", "coffee"} <= set(names)


def torn(name: str) -> Callable[[Path], None]:
    def tear(snapshot: Path) -> None:
        whole = (snapshot / name).read_bytes()
        (snapshot / name).write_bytes(whole[: len(whole) // 2])

    return tear


def flipped(name: str) -> Callable[[Path], None]:
    def flip(snapshot: Path) -> None:
        data = bytearray((snapshot / name).read_bytes())
        data[len(data) // 3] ^= 1
        (snapshot / name).write_bytes(data)

    return flip


def missing(name: str) -> Callable[[Path], None]:
    return lambda snapshot: (snapshot / name).unlink()


def says(**fields: object) -> Callable[[Path], None]:
    def write_manifest(snapshot: Path) -> None:
        manifest = json.loads((snapshot / "manifest.json").read_text())
        (snapshot / "manifest.json").write_text(json.dumps(manifest | fields))

    return write_manifest


FILES = ["catalog.db", "keywords.db", "vectors.faiss", "manifest.json"]
DAMAGE = [
    *(pytest.param(torn(name), id=f"torn {name}") for name in FILES),
    *(pytest.param(flipped(name), id=f"flipped {name}") for name in FILES[:3]),
    *(pytest.param(missing(name), id=f"missing {name}") for name in FILES),
    pytest.param(says(format=99), id="of another format"),
    pytest.param(says(commit="1" * 40), id="of another wiki"),
    pytest.param(says(sizes={"../wiki.db": 1}), id="naming a file elsewhere"),
]


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_snapshot_that_is_not_whole_is_left_alone(
    data: Path, tmp_path: Path, git_calls: Callable[[], list[str]], damage: Callable[[Path], None]
) -> None:
    *older, newest = published(data)
    for snapshot in older:
        shutil.rmtree(snapshot)
    damage(newest)

    async with open_services(settings_of(data, tmp_path / "new")) as services:
        assert set(PAGES) <= keys(services)

    assert len([call for call in git_calls() if " log " in f" {call} "]) == 1, "made from the history"
    assert not list((tmp_path / "new").glob("fetched-*"))


async def test_a_snapshot_of_a_later_commit_than_the_branch_has_is_left_alone(
    data: Path, tmp_path: Path
) -> None:
    git(data / "repository", "reset", "-q", "--hard", "HEAD~1")

    names, _ = await found(data, tmp_path / "new", "beans powder")

    assert "cocoa" not in names
    assert "coffee" in names


async def test_the_second_newest_serves_when_the_newest_is_damaged(data: Path, tmp_path: Path) -> None:
    async with open_services(settings_of(data, tmp_path / "first")) as services:
        write(services, "mate", "Leaves of a holly.")
    older, newer = published(data)
    flipped("catalog.db")(newer)
    async with open_services(settings_of(data, tmp_path / "new")) as services:
        assert (
            commit_of(tmp_path / "new" / "catalog.db")
            == json.loads((older / "manifest.json").read_text())["commit"]
        )
        assert "mate" in keys(services)


async def test_so_many_stay_and_nothing_new_publishes_nothing(data: Path, tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        async with open_services(settings_of(data, tmp_path / "first")) as services:
            write(services, f"page {number}", "text")
    kept = published(data)
    async with open_services(settings_of(data, tmp_path / "first")) as services:
        assert not services.snapshots.publish(services.store, services.keywords)

    assert len(kept) == KEPT
    assert published(data) == kept


async def test_a_machine_that_is_behind_publishes_nothing_over_a_newer_one(
    data: Path, tmp_path: Path
) -> None:
    async with open_services(settings_of(data, tmp_path / "late")) as behind:
        async with open_services(settings_of(data, tmp_path / "first")) as services:
            write(services, "mate", "Leaves of a holly.")
        newest = published(data)[-1]
        assert not behind.snapshots.publish(behind.store, behind.keywords)

    assert published(data)[-1] == newest


@pytest.mark.parametrize("others", [{"snapshots": "never"}, {"load": "start"}, {"cache": None}], ids=str)
async def test_where_they_are_off_none_is_published(tmp_path: Path, others: dict[str, object]) -> None:
    settings = settings_of(tmp_path / "data", tmp_path / "cache", **others)
    async with open_services(settings) as services:
        write(services, "tea", "leaves")
        with services.store.view() as view:
            assert view.commit

    assert not (tmp_path / "data" / "snapshots").exists()


async def test_a_cache_that_another_process_uses_is_not_replaced(data: Path, tmp_path: Path) -> None:
    async with open_services(settings_of(data, tmp_path / "new")) as services:
        for file in (tmp_path / "new").glob("catalog.db*"):
            file.unlink()
        async with open_services(settings_of(data, tmp_path / "new")) as second:
            assert second.snapshots.fetch(second.store) is None
            assert set(PAGES) <= keys(second)
        assert set(PAGES) <= keys(services)


def test_two_processes_publish_at_once_while_both_write(data: Path, tmp_path: Path) -> None:
    times = 6
    command = [sys.executable, "-m", "tests.gateway.publisher", str(data)]
    running = [
        subprocess.Popen([*command, str(tmp_path / name), str(times)], stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert all(output.count("\n") == times + 1 for output in outputs)
    files = git(tmp_path / "data" / "repository", "ls-files").splitlines()
    assert len([name for name in files if name.startswith(("one ", "two "))]) == 2 * times
    assert 1 <= len(published(tmp_path / "data")) <= KEPT
    assert not list((tmp_path / "data" / "snapshots").glob(".*"))
