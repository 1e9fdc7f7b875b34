"""`wikibot import` on real repositories, bundles and folders."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from wiki_app.errors import Conflict, InvalidInput
from wiki_app.import_accounts import TABLE
from wiki_app.importer import ImportReport, import_wiki

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A repository with two commits on the branch `trunk`, a picture, and a tag."""
    path = tmp_path / "source"
    path.mkdir()
    git(path, "init", "-q", "-b", "trunk")
    commit_file(path, "home.md", "# Home\n", "First words")
    (path / "home").mkdir()
    (path / "home" / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "A picture")
    git(path, "tag", "v1")
    return path


def imported(source: Path, data: Path, *, replace: bool = False, users: Path | None = None) -> ImportReport:
    return import_wiki(source, data, replace=replace, users=users, clock=lambda: NOON)


def preference(data: Path, name: str) -> str | None:
    if not (data / "wiki.db").exists():
        return None
    with closing(sqlite3.connect(data / "wiki.db")) as connection:
        row = connection.execute("SELECT value FROM preferences WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def test_a_repository_comes_with_history_branch_tags_and_working_files(source: Path, tmp_path: Path) -> None:
    report = imported(source, tmp_path / "data")
    repository = tmp_path / "data" / "repository"
    assert (report.pages, report.commits, report.retain_case) == (1, 2, False)
    assert git(repository, "log", "--format=%H %D", "trunk") == git(source, "log", "--format=%H %D", "trunk")
    assert (repository / "home" / "dot.png").read_bytes() == (source / "home" / "dot.png").read_bytes()
    assert git(repository, "status", "--porcelain") == ""


def test_a_bare_repository_is_taken_too(source: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(source), "bare.git")
    assert imported(tmp_path / "bare.git", tmp_path / "data").commits == 2


@pytest.mark.parametrize("what", [["--all"], ["HEAD"], ["trunk"]], ids=["all", "head only", "branch"])
def test_a_bundle_is_taken_whatever_it_names(source: Path, tmp_path: Path, what: list[str]) -> None:
    git(source, "bundle", "create", "-q", str(tmp_path / "wiki.bundle"), *what)
    report = imported(tmp_path / "wiki.bundle", tmp_path / "data")
    assert (report.pages, report.commits) == (1, 2)
    assert (tmp_path / "data" / "repository" / "home.md").read_text() == "# Home\n"


def test_a_folder_becomes_one_commit_with_its_attachments(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    (folder / "deep er").mkdir(parents=True)
    (folder / "home.md").write_text("# Home\n")
    (folder / "deep er" / "ünïcode.md").write_text("text")
    (folder / "deep er" / "blob.bin").write_bytes(bytes(range(256)))
    (folder / ".hidden").write_text("not ours")
    report = imported(folder, tmp_path / "data")
    repository = tmp_path / "data" / "repository"
    assert (report.pages, report.commits) == (2, 1)
    assert git(repository, "log", "--format=%an %aI").strip() == "wikibot import 2026-05-04T12:00:00+00:00"
    assert git(repository, "-c", "core.quotePath=false", "ls-files").splitlines() == [
        "deep er/blob.bin",
        "deep er/ünïcode.md",
        "home.md",
    ]


def test_a_symbolic_link_in_a_folder_is_left_out_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "home.md").write_text("# Home\n")
    (folder / "secret.md").symlink_to("/etc/hostname")
    report = imported(folder, tmp_path / "data")
    assert report.pages == 1
    assert any("symbolic links" in note for note in report.notes)


def test_names_with_capitals_turn_case_on(source: Path, tmp_path: Path) -> None:
    commit_file(source, "Home.md", "# Home\n")
    report = imported(source, tmp_path / "data")
    assert report.retain_case
    assert preference(tmp_path / "data", "RETAIN_PAGE_NAME_CASE") == "True"
    assert any("RETAIN_PAGE_NAME_CASE was turned on: 1 pages" in note for note in report.notes)


def test_lower_case_names_leave_the_preferences_alone(source: Path, tmp_path: Path) -> None:
    imported(source, tmp_path / "data")
    assert preference(tmp_path / "data", "RETAIN_PAGE_NAME_CASE") is None


def test_a_wiki_with_pages_is_not_overwritten(source: Path, tmp_path: Path) -> None:
    imported(source, tmp_path / "data")
    before = git(tmp_path / "data" / "repository", "rev-parse", "HEAD")
    commit_file(source, "home.md", "# Other\n")
    with pytest.raises(Conflict, match="--replace"):
        imported(source, tmp_path / "data")
    assert git(tmp_path / "data" / "repository", "rev-parse", "HEAD") == before


def test_replace_keeps_the_old_wiki_beside_the_new_one(source: Path, tmp_path: Path) -> None:
    imported(source, tmp_path / "data")
    commit_file(source, "home.md", "# Other\n")
    report = imported(source, tmp_path / "data", replace=True)
    assert report.replaced == tmp_path / "data" / "repository-replaced-20260504T120000Z"
    assert (report.replaced / "home.md").read_text() == "# Home\n"
    assert (tmp_path / "data" / "repository" / "home.md").read_text() == "# Other\n"


def test_a_repository_without_pages_gives_way(source: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "repository").mkdir(parents=True)
    git(tmp_path / "data" / "repository", "init", "-q")
    assert imported(source, tmp_path / "data").replaced is None


def test_an_interrupted_import_leaves_the_old_wiki(source: Path, tmp_path: Path) -> None:
    imported(source, tmp_path / "data")

    def interrupt(step: str) -> None:
        if step.startswith("Writing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_wiki(source, tmp_path / "data", replace=True, progress=interrupt)
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["repository"]
    assert git(tmp_path / "data" / "repository", "status", "--porcelain") == ""


def test_line_endings_that_gitattributes_would_change_stay_as_stored(source: Path, tmp_path: Path) -> None:
    commit_file(source, ".gitattributes", "*.md text eol=crlf\n")
    imported(source, tmp_path / "data")
    repository = tmp_path / "data" / "repository"
    assert (repository / "home.md").read_bytes() == b"# Home\n"
    assert git(repository, "status", "--porcelain") == ""


def test_what_is_not_committed_is_left_out_and_counted(source: Path, tmp_path: Path) -> None:
    (source / "draft.md").write_text("not yet")
    report = imported(source, tmp_path / "data")
    assert report.pages == 1
    assert "1 files with changes that are not committed were left out." in report.notes


def nothing(path: Path) -> None:
    """Leaves the path empty."""


def empty_folder(path: Path) -> None:
    path.mkdir()


def text_file(path: Path) -> None:
    path.write_text("# no bundle\n")


def empty_repository(path: Path) -> None:
    path.mkdir()
    git(path, "init", "-q")


def without_markdown(path: Path) -> None:
    empty_repository(path)
    commit_file(path, "main.c", "int main;")


def truncated_bundle(path: Path) -> None:
    path.write_bytes(b"# v2 git bundle\n" + b"0" * 40 + b" refs/heads/main\n\nPACK")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (nothing, "There is nothing at"),
        (empty_folder, "holds no Markdown file"),
        (text_file, "is not a git bundle"),
        (empty_repository, "has no commit"),
        (without_markdown, "holds no Markdown file"),
        (truncated_bundle, "cannot be imported"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_imported_is_named_in_a_sentence(make: object, sentence: str, tmp_path: Path) -> None:
    assert callable(make)
    make(tmp_path / "source")
    with pytest.raises(InvalidInput, match=sentence):
        imported(tmp_path / "source", tmp_path / "data")
    assert not (tmp_path / "data" / "repository").exists()


def test_a_data_folder_that_is_a_repository_is_refused(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="itself a git repository"):
        imported(source, source)


def test_accounts_come_along(source: Path, tmp_path: Path) -> None:
    users = tmp_path / "db.sqlite"
    with closing(sqlite3.connect(users)) as connection, connection:
        connection.execute(TABLE)
        connection.execute(
            'INSERT INTO "user" (id, name, email, is_admin) VALUES (7, "Ada", "ada@example.org", 1)'
        )
    imported(source, tmp_path / "data", users=users)
    report = imported(source, tmp_path / "data", users=users, replace=True)
    with closing(sqlite3.connect(tmp_path / "data" / "wiki.db")) as connection:
        rows = connection.execute('SELECT name, email, is_admin FROM "user"').fetchall()
    assert rows == [("Ada", "ada@example.org", 1)]
    assert "0 accounts were taken along." in report.notes


def test_accounts_of_another_kind_of_database_stop_the_import(source: Path, tmp_path: Path) -> None:
    (tmp_path / "db.sqlite").write_text("no database")
    with pytest.raises(InvalidInput, match="not the database of an Otter Wiki"):
        imported(source, tmp_path / "data", users=tmp_path / "db.sqlite")
    assert not (tmp_path / "data").exists()
