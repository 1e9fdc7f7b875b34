"""The catalog's file: shared by threads and processes, deleted, damaged, foreign."""

import multiprocessing
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.wiki_app.catalog.conftest import GitRepository, Opened, open_catalog
from wiki_app.catalog import Catalog
from wiki_app.errors import Unavailable
from wiki_app.gitcommand import Git
from wiki_app.repository import Author, Repository, Snapshot, Write
from wiki_app.rules import WikiRules


@pytest.fixture
def filled(opened: Opened) -> Opened:
    opened.repository.commit({"a.md": "[[b]]\n", "b.md": "b\n"})
    assert opened.keys() == ["a", "b"]
    return opened


def test_the_file_may_be_deleted_at_any_time(filled: Opened) -> None:
    with filled.catalog.view() as view:
        filled.file.unlink()
        assert view.keys() == ["a", "b"]
    assert filled.keys() == ["a", "b"]
    assert filled.file.exists()


def test_the_whole_folder_may_be_deleted(filled: Opened) -> None:
    shutil.rmtree(filled.file.parent)
    filled.repository.commit({"c.md": "c\n"})
    assert filled.keys() == ["a", "b", "c"]


def test_a_log_that_was_left_alone_is_not_applied_to_a_new_file(filled: Opened, tmp_path: Path) -> None:
    left = filled.file.with_name("catalog.db-wal")
    kept = tmp_path / "wal"
    shutil.copy(left, kept)
    filled.catalog.close()
    filled.file.unlink()
    shutil.copy(kept, left)
    again = open_catalog(filled.repository, filled.file)
    with closing(again.catalog):
        assert again.keys() == ["a", "b"]


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE mark (other)")
        db.commit()


def older(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 0")
        db.commit()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(path.stat().st_size - 8192))


DAMAGES = {
    "text": lambda path: path.write_text("this is no database " * 500),
    "nothing": lambda path: path.write_bytes(b""),
    "foreign": foreign,
    "older": older,
    "cut": cut,
    "scribbled": scribbled,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_built_anew(filled: Opened, damage: str) -> None:
    filled.catalog.close()
    DAMAGES[damage](filled.file)
    again = open_catalog(filled.repository, filled.file)
    with closing(again.catalog):
        # What is found only while reading may cost one request.
        with suppress(Unavailable), again.catalog.view() as view:
            view.pages()
        with again.catalog.view() as view:
            assert (view.keys(), view.links(), len(view.commits())) == (["a", "b"], [("a", "b")], 1)


def test_damage_that_shows_while_it_is_open_is_repaired(filled: Opened) -> None:
    filled.catalog.close()
    again = open_catalog(filled.repository, filled.file)
    with closing(again.catalog):
        again.keys()
        for suffix in ("", "-wal", "-shm"):
            file = filled.file.with_name(filled.file.name + suffix)
            if file.exists():
                file.write_bytes(b"\xff" * file.stat().st_size)
        filled.repository.commit({"c.md": "c\n"})
        with suppress(Unavailable):
            again.keys()
        assert again.keys() == ["a", "b", "c"]


def test_a_closed_catalog_says_so(filled: Opened) -> None:
    filled.catalog.close()
    with pytest.raises(Unavailable, match="closed"):
        filled.keys()


def test_a_folder_that_cannot_be_used_is_reported(repository: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "catalog.db").mkdir()
    found = open_catalog(repository, tmp_path / "catalog.db")
    with pytest.raises(Unavailable, match="catalog"):
        found.keys()


def test_a_callers_error_leaves_the_catalog_usable(filled: Opened) -> None:
    with pytest.raises(KeyError), filled.catalog.view():
        raise KeyError
    assert filled.keys() == ["a", "b"]


def test_another_databases_error_is_not_the_catalogs(filled: Opened, tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("no database at all")
    before = filled.file.stat().st_ino
    other = sqlite3.connect(tmp_path / "other.db")
    with closing(other), pytest.raises(sqlite3.DatabaseError), filled.catalog.view():
        other.execute("SELECT * FROM anything")
    assert filled.keys() == ["a", "b"]
    assert filled.file.stat().st_ino == before


def write(repository: Repository, name: str) -> None:
    def edit(snapshot: Snapshot) -> dict[str, Write | None]:
        assert snapshot.entry(name) is None
        return {name: Write(b"[[a]]\n")}

    repository.commit(edit, "write", Author("A", "a@b"))


def work(path: Path, file: Path, worker: int) -> list[str]:
    """Writes, and after each write looks for it, as the processes of a server do."""
    repository = Repository.open(path)
    catalog = Catalog(file, repository, Git(path), WikiRules)
    missing = []
    for number in range(8):
        write(repository, f"w{worker}-{number}.md")
        with catalog.view() as view:
            key, keys = f"w{worker}-{number}", view.keys()
            commits = [commit.revision for commit in view.commits()]
            consistent = view.snapshot.entry(key + ".md") is not None and commits[0] == view.commit
            if key not in keys or key not in view.links_to("a") or not consistent:
                missing.append(key)
    catalog.close()
    return missing


def test_threads_and_processes_find_what_they_wrote(filled: Opened) -> None:
    path, file = filled.repository.path, filled.file
    with multiprocessing.get_context("spawn").Pool(2) as pool, ThreadPoolExecutor(3) as threads:
        others = [pool.apply_async(work, (path, file, number)) for number in (1, 2)]
        mine = [threads.submit(work, path, file, number) for number in (3, 4, 5)]
        assert [found.get(120) for found in others] + [found.result() for found in mine] == [[]] * 5
    with filled.catalog.view() as view:
        assert len(view.keys()) == 2 + 5 * 8
        assert [commit.revision for commit in view.commits()] == filled.repository.log()


def test_threads_share_one_catalog(filled: Opened) -> None:
    repository = Repository.open(filled.repository.path)

    def one(number: int) -> bool:
        write(repository, f"t{number}.md")
        with filled.catalog.view() as view:
            return view.page(f"t{number}") is not None

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(one, range(24)))
