"""The keyword index: what it finds, in which order, and what it survives."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from search.documents import Document
from search.errors import IndexDamaged
from search.keywords import KeywordIndex

TEXTS = [
    Document("home", "Home", "Welcome to the wiki about connecting servers."),
    Document(
        "errors", "Errors", "Look up ERR_X-42 here; snake_case names and version 2.26.1 of /etc/hosts.d"
    ),
    Document("server", "Server", "How to restart it."),
    Document("camel", "Camel", "The class parseHTTPResponse of GitHub is wonderful."),
    Document("japan", "日本", "東京都は日本の首都です"),
    Document("cafe", "Café", "Crème brûlée"),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[KeywordIndex]:
    index = KeywordIndex(tmp_path / "keywords.db")
    assert index.update(TEXTS, [], expected=None, mark="first")
    yield index
    index.close()


def found(index: KeywordIndex, query: str, limit: int = 10) -> list[str]:
    return [candidate.document.id for candidate in index.candidates(query, limit).found]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("connect", "home"),  # the stem
        ("ERR_X-42", "errors"),
        ("err", "errors"),
        ("snake", "errors"),
        ("2.26.1", "errors"),
        ("hosts.d", "errors"),
        ("response", "camel"),
        ("sehttpre", "camel"),  # inside a word
        ("it", "server"),
        ("首都", "japan"),
        ("creme", "cafe"),
    ],
)
def test_words_stems_identifiers_and_parts_of_words_are_found(
    index: KeywordIndex, query: str, best: str
) -> None:
    assert found(index, query)[0] == best


def test_parts_of_words_count_by_rank_only_where_no_document_has_a_word(index: KeywordIndex) -> None:
    """A search that fuses with meaning; `candidates` always has them, for older clients."""
    inside = index.ranks("sehttpre", 10).ranks
    beside = index.ranks("server sehttpre", 10).ranks

    assert len(inside) == 1 and not inside.keys() & beside.keys()
    assert index.ranks("rehttpse", 10).ranks == {}


@pytest.mark.parametrize("query", ["nothing-of-this", "?!", '" OR NEAR( *', "", "  "])
def test_what_stands_nowhere_finds_nothing(index: KeywordIndex, query: str) -> None:
    assert found(index, query) == []


def test_a_word_in_the_title_weighs_more(index: KeywordIndex) -> None:
    assert found(index, "server")[0] == "server"


def test_a_rare_identifier_comes_before_pages_full_of_its_parts(index: KeywordIndex) -> None:
    noise = [Document(f"noise{i}", "ERR X 42", "err x 42 " * 20) for i in range(20)]
    index.update(noise, [], expected="first", mark="second")

    candidates = index.candidates("ERR_X-42", 5)

    assert (candidates.found[0].document.id, candidates.exact) == ("errors", 1)


def test_the_total_counts_beyond_the_limit(index: KeywordIndex) -> None:
    index.update([Document(f"n{i}", "Note", "common") for i in range(9)], [], expected="first", mark="second")

    candidates = index.candidates("common", 4)

    assert (len(candidates.found), candidates.total) == (4, 9)


def test_a_replaced_document_is_found_by_its_new_words_only(index: KeywordIndex) -> None:
    index.update([Document("server", "Server", "purring")], ["home"], expected="first", mark="second")

    assert found(index, "restart") == []
    assert found(index, "purring") == ["server"]
    assert found(index, "welcome") == []
    assert index.mark() == "second"


def test_an_update_from_another_mark_changes_nothing(index: KeywordIndex) -> None:
    assert not index.update([Document("late", "Late", "late")], [], expected=None, mark="other")

    assert index.mark() == "first"
    assert found(index, "late") == []


def test_a_whole_update_forgets_what_was_there(index: KeywordIndex) -> None:
    index.update([Document("only", "Only", "words")], [], expected="first", mark="second", whole=True)

    assert index.count() == 1
    assert found(index, "server") == []
    index.update([], ["only"], expected="second", mark="third")
    assert found(index, "words") == []


def test_a_failed_update_leaves_everything_as_it_was(index: KeywordIndex) -> None:
    def broken() -> Iterator[Document]:
        yield Document("half", "Half", "half")
        raise OSError("the repository is gone")

    with pytest.raises(OSError, match="gone"):
        index.update(broken(), [], expected="first", mark="second")

    assert index.mark() == "first"
    assert found(index, "half") == []


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be read" * 100, b""])
def test_a_foreign_or_empty_file_becomes_an_empty_index(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keywords.db").write_bytes(content)
    index = KeywordIndex(tmp_path / "keywords.db")

    assert index.mark() is None
    assert index.update(TEXTS, [], expected=None, mark="first")
    assert found(index, "wiki") == ["home"]
    index.close()


def test_a_database_of_another_layout_is_left(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "keywords.db")
    other.execute("CREATE TABLE state (other)")
    other.close()
    index = KeywordIndex(tmp_path / "keywords.db")

    assert index.mark() is None
    index.close()


def test_a_file_damaged_while_in_use_is_reported_and_reset(index: KeywordIndex, tmp_path: Path) -> None:
    index.close()
    with closing(sqlite3.connect(tmp_path / "keywords.db")) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'words_data'"
        ).fetchone()
    with (tmp_path / "keywords.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)

    with pytest.raises(IndexDamaged):
        index.candidates("wiki", 5)
    index.reset()

    assert index.mark() is None
    assert not (tmp_path / "keywords.db").exists()


def test_a_file_deleted_while_in_use_is_made_anew(index: KeywordIndex, tmp_path: Path) -> None:
    for file in tmp_path.iterdir():
        file.unlink()

    assert index.mark() is None
    assert index.update(TEXTS, [], expected=None, mark="again")
    again = KeywordIndex(tmp_path / "keywords.db")
    assert again.mark() == "again"
    again.close()


def test_threads_that_catch_up_at_once_do_it_once(index: KeywordIndex) -> None:
    def update(number: int) -> bool:
        return index.update([Document(f"t{number}", "T", "thread")], [], expected="first", mark="second")

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(update, range(8)))

    assert done.count(True) == 1
    assert len(found(index, "thread")) == 1


def _write(path: Path, number: int) -> None:
    index = KeywordIndex(path)
    while True:
        mark = index.mark()
        if index.update([Document(f"p{number}", "P", "process")], [], expected=mark, mark=f"{mark}{number}"):
            break
    index.close()


def test_processes_share_one_index(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    path = tmp_path / "keywords.db"
    workers = [context.Process(target=_write, args=(path, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    index = KeywordIndex(path)
    assert sorted(found(index, "process")) == ["p0", "p1", "p2"]
    index.close()
