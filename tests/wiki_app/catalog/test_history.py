"""History and revisions, against `git log` itself."""

import pytest

from tests.wiki_app.catalog.conftest import GitRepository, Opened
from wiki_app.catalog import Catalog
from wiki_app.repository import Author, Repository, Write


def revisions(catalog: Catalog, path: str, *, follow: bool = True) -> list[str]:
    with catalog.view() as view:
        return [change.commit.revision for change in view.history(path, follow=follow)]


def revision(catalog: Catalog, key: str) -> str | None:
    with catalog.view() as view:
        page = view.page(key)
        return page.revision if page else None


TEXT = "".join(f"line {number}\n" for number in range(30))


def test_history_follows_a_page_through_its_renames(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": TEXT, "other.md": "o\n"})
    repository.commit({"a.md": TEXT + "more\n"})
    repository.git("mv", "a.md", "b.md")
    repository.commit({"b.md": TEXT + "more, and edited\n"})
    repository.commit({"other.md": "p\n"})
    (repository.path / "dir").mkdir()
    repository.git("mv", "b.md", "dir/c.md")
    repository.commit()
    repository.commit({"dir/c.md": "short\n"})
    assert revisions(catalog, "dir/c.md") == repository.log("--follow", "--", "dir/c.md")
    assert len(revisions(catalog, "dir/c.md")) == 5
    assert revisions(catalog, "dir/c.md", follow=False) == repository.log("--", "dir/c.md")
    assert revisions(catalog, "a.md") == repository.log("--", "a.md")


def test_a_rename_says_where_from_and_ends_the_old_name(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": TEXT})
    repository.git("mv", "a.md", "b.md")
    moved = repository.commit()
    with catalog.view() as view:
        (renamed,) = view.files_of(moved)
        assert (renamed.status, renamed.path, renamed.old_path) == ("R", "b.md", "a.md")
        gone = view.history("a.md")[0]
        assert (gone.status, gone.commit.revision, gone.blob) == ("D", moved, None)


def test_a_new_page_does_not_get_the_history_of_its_look_alike(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"a.md": TEXT})
    copied = repository.commit({"b.md": TEXT})
    assert revisions(catalog, "b.md") == [copied]
    assert len(repository.log("--follow", "--", "b.md")) == 2  # what git itself would show


def test_a_page_that_was_deleted_and_made_again_shows_both_lives(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"a.md": "first\n", "z.md": "z\n"})
    repository.commit({"a.md": None})
    repository.commit({"a.md": "something else\n"})
    assert revisions(catalog, "a.md") == repository.log("--", "a.md")
    with catalog.view() as view:
        assert [change.status for change in view.history("a.md")] == ["A", "D", "A"]


def test_a_merge_belongs_to_the_history_when_it_changed_the_file(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"a.md": "a\n", "b.md": "b\n"})
    repository.git("checkout", "-q", "-b", "side")
    side = repository.commit({"a.md": "side\n", "b.md": "from the side\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a.md": "main\n"})
    repository.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    merge = repository.commit({"a.md": "both\n", "b.md": "from the side\n"}, "merge")
    assert revision(catalog, "a") == merge
    assert revision(catalog, "b") == side
    assert len(revisions(catalog, "a.md")) == 4
    with catalog.view() as view:
        assert [change.path for change in view.files_of(merge)] == ["a.md"]
        assert len(view.commits(1)[0].parents) == 2


def test_the_revision_is_of_the_side_that_a_merge_took(repository: GitRepository, catalog: Catalog) -> None:
    repository.commit({"a.md": "a\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a.md": "lost\n"})
    repository.git("checkout", "-q", "main")
    kept = repository.commit({"a.md": "kept\n"})
    repository.git("checkout", "-q", "side")
    repository.commit({"a.md": "lost, and later\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "-s", "ours", "-m", "merge", "side")
    assert revision(catalog, "a") == kept


def test_going_back_to_an_old_text_is_a_change_of_its_own(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"a.md": "one\n"})
    repository.commit({"a.md": "two\n"})
    back = repository.commit({"a.md": "one\n"})
    assert revision(catalog, "a") == back


def test_commits_have_git_logs_order_even_with_clocks_gone_wrong(
    repository: GitRepository, catalog: Catalog
) -> None:
    repository.commit({"a.md": "a\n"})
    repository.git("checkout", "-q", "-b", "side")
    for number in range(3):
        repository.commit({"s.md": f"{number}\n"})
    repository.git("checkout", "-q", "main")
    repository._minutes = -500
    for number in range(3):
        repository.commit({"m.md": f"{number}\n"})
    repository._minutes = 90
    repository.git("merge", "-q", "-m", "merge", "side")
    with catalog.view() as view:
        order = [commit.revision for commit in view.commits()]
        assert order == repository.log()
        assert [view.position(found) for found in order] == list(range(view.commit_count()))
        assert [commit.revision for commit in view.commits(2, 3)] == order[3:5]


def test_a_commit_says_what_git_says(repository: GitRepository, opened: Opened) -> None:
    repository.commit({"a.md": "a\n"}, "Größe\n\nwith a body")
    with opened.catalog.view() as view:
        (commit,) = view.commits()
        assert view.commit == commit.revision
        assert commit.message == "Größe\n\nwith a body\n"
        assert (commit.author.name, commit.author.email) == ("Ada", "ada@example.org")
        assert commit.authored.isoformat() == repository.git("log", "-1", "--format=%aI")
        assert view.files_of("0" * 40) == []


def test_prefixes_of_revisions_resolve_among_commits(repository: GitRepository, catalog: Catalog) -> None:
    first = repository.commit({"a.md": TEXT})
    second = repository.commit({"b.md": "b\n"})
    repository.git("mv", "a.md", "c.md")
    moved = repository.commit()
    with catalog.view() as view:
        assert view.resolve(first[:7]) == first
        assert view.resolve(first[:5].upper()) == first
        assert view.resolve(second[:7], "c.md") is None
        assert view.resolve(first[:7], "c.md") == first
        assert view.resolve("", "c.md") is None
        assert view.resolve(moved) == moved
        for wrong in ("xyz", "0" * 41, "ffffffff", "HEAD", "é"):
            assert view.resolve(wrong) is None
            assert view.position(wrong) is None


def test_an_ambiguous_prefix_means_the_newest(repository: GitRepository, catalog: Catalog) -> None:
    ours = Repository.open(repository.path)
    made = []
    for number in range(30):
        committed = ours.commit(lambda _, n=number: {"a.md": Write(b"%d" % n)}, "c", Author("", ""))  # type: ignore[misc]
        assert committed is not None
        made.append(committed.revision)
    with catalog.view() as view:
        for digit in "0123456789abcdef":
            newest = next((found for found in reversed(made) if found.startswith(digit)), None)
            assert view.resolve(digit) == view.resolve(digit, "a.md") == newest


def test_last_changes_are_told_for_all_kinds_of_files(repository: GitRepository, catalog: Catalog) -> None:
    first = repository.commit({"a.md": "a\n", "a/picture.png": b"\x89PNG"})
    second = repository.commit({"a/table.csv": "1,2\n"})
    with catalog.view() as view:
        found = view.last_changes("a/")
        assert {path: change.commit.revision for path, change in found.items()} == {
            "a/picture.png": first,
            "a/table.csv": second,
        }
        last = view.last_change("a/table.csv")
        assert last is not None and last.status == "A"
        assert view.last_change("a") is None


@pytest.mark.parametrize("limit", [0, 1, 2, 50])
def test_history_stops_at_the_limit(repository: GitRepository, catalog: Catalog, limit: int) -> None:
    made = [repository.commit({"a.md": f"{number}\n"}) for number in range(3)]
    with catalog.view() as view:
        found = [change.commit.revision for change in view.history("a.md", limit=limit)]
    assert found == made[::-1][:limit]
