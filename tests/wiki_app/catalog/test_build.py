"""Catching up: whatever happened in the repository, the catalog is as if it were built anew."""

import os
import random
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.wiki_app.catalog.conftest import GitRepository, Opened, everything, open_catalog
from wiki_app.catalog import Catalog


def assert_as_built_anew(opened: Opened, tmp_path: Path) -> None:
    fresh = open_catalog(opened.repository, tmp_path / "fresh.db")
    fresh.rules[:] = opened.rules
    with closing(fresh.catalog), fresh.catalog.view() as expected, opened.catalog.view() as view:
        assert everything(view) == everything(expected)
    (tmp_path / "fresh.db").unlink()


class Random:
    """Does to a repository what people do to theirs."""

    def __init__(self, repository: GitRepository, seed: int) -> None:
        self._random = random.Random(seed)
        self._repository = repository
        self._branches = 0

    def _some(self) -> str:
        names = [path for path in self._repository.git("ls-files", "-z").split("\0") if path]
        return self._random.choice(names) if names else self._name()

    def _name(self) -> str:
        folder = self._random.choice(["", "", "d/", "d/e/", ".hidden/"])
        return folder + self._random.choice("abcde") + self._random.choice([".md", ".md", ".md", ".png"])

    def _text(self) -> str:
        lines = [f"{self._random.choice(['# h', 'x', '[[a]]', '[[T|d/b#c]]'])} {n}" for n in range(12)]
        return "\n".join(self._random.sample(lines, 8)) + "\n"

    def step(self) -> None:
        """One to three changes in a commit, or a merge."""
        if self._random.random() < 0.15:
            self._merge()
            return
        for _ in range(self._random.randint(1, 3)):
            self._random.choice(
                [self._write, self._write, self._move, self._delete, self._edit, self._link]
            )()
        self._repository.commit(message=self._random.choice(["", "change", "two\n\nlines"]))

    def _clear(self, path: str) -> Path:
        file = self._repository.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_symlink() or file.exists():
            file.unlink()
        return file

    def _write(self) -> None:
        self._clear(self._name()).write_text(self._text())

    def _edit(self) -> None:
        file = self._repository.path / self._some()
        if file.is_file() and not file.is_symlink():
            file.write_text(file.read_text() + self._random.choice(["more\n", "[[b]]\n", "", "```\n"]))

    def _move(self) -> None:
        path, target = self._some(), self._name()
        source = self._repository.path / path
        if path != target and os.path.lexists(source):
            source.rename(self._clear(target))

    def _delete(self) -> None:
        self._clear(self._some())

    def _link(self) -> None:
        self._clear(self._name()).symlink_to(
            self._random.choice(["a.md", "../b.md", "d", "/etc/passwd", "e.md"])
        )

    def _merge(self) -> None:
        self._branches += 1
        side = f"side{self._branches}"
        self._repository.git("branch", side)
        self.step_without_merge()
        self._repository.git("checkout", "-q", side)
        self.step_without_merge()
        self.step_without_merge()
        self._repository.git("checkout", "-q", "main")
        how = self._random.choice([("-s", "ours"), ("-X", "ours"), ("-X", "theirs")])
        with suppress(subprocess.CalledProcessError):  # conflicts are committed as they are
            self._repository.git("merge", "-q", *how, "--no-commit", side)
        self._write()
        self._repository.commit(message="merge")

    def step_without_merge(self) -> None:
        self._write()
        self._edit()
        self._repository.commit()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_catching_up_gives_what_building_anew_gives(opened: Opened, tmp_path: Path, seed: int) -> None:
    happenings = Random(opened.repository, seed)
    happenings.step_without_merge()
    for steps in (1, 2, 1, 3, 2):
        for _ in range(steps):
            happenings.step()
        assert_as_built_anew(opened, tmp_path)


def test_an_empty_repository_has_an_empty_catalog(catalog: Catalog) -> None:
    with catalog.view() as view:
        assert view.commit is None
        assert (view.pages(), view.commits(), view.links(), view.commit_count()) == ([], [], [], 0)
        assert view.snapshot.files() == []
        assert view.page("a") is None and view.history("a.md") == []


def test_a_rename_that_is_caught_up_is_a_rename(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "text\n" * 20, "b.md": "b\n"})
    assert opened.keys() == ["a", "b"]
    repository.git("mv", "a.md", "c.md")
    repository.commit({"b.md": None})
    with opened.catalog.view() as view:
        assert [change.status for change in view.history("c.md")] == ["R", "A"]
    assert_as_built_anew(opened, tmp_path)


def test_more_commits_than_are_read_one_by_one(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "a\n"})
    assert opened.keys() == ["a"]
    script = b"".join(
        b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 1\nx\n%sM 644 inline p%d.md\ndata 2\nx\n\n"
        % (1_800_000_000 + number, b"from refs/heads/main^0\n" if not number else b"", number % 7)
        for number in range(60)
    )
    repository.git("fast-import", "--quiet", input=script)
    assert len(opened.keys()) == 8
    assert_as_built_anew(opened, tmp_path)


def test_a_rewritten_history_is_built_anew(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "a\n"})
    repository.commit({"b.md": "b [[a]]\n"})
    assert opened.keys() == ["a", "b"]
    repository.git("reset", "-q", "--hard", "HEAD~1")
    repository.commit({"c.md": "c\n"})
    assert opened.keys() == ["a", "c"]
    assert_as_built_anew(opened, tmp_path)


def test_going_back_to_an_earlier_commit_is_followed(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "a\n"})
    repository.commit({"b.md": "b\n"})
    assert opened.keys() == ["a", "b"]
    repository.git("reset", "-q", "--hard", "HEAD~1")
    assert_as_built_anew(opened, tmp_path)
    repository.git("update-ref", "-d", "refs/heads/main")
    assert opened.keys() == []


def test_another_branch_without_common_history_replaces_all(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "a\n"})
    assert opened.keys() == ["a"]
    repository.git("checkout", "-q", "--orphan", "other")
    repository.git("rm", "-rfq", ".")
    repository.commit({"z.md": "z\n"})
    assert opened.keys() == ["z"]
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--allow-unrelated-histories", "-m", "both", "other")
    assert_as_built_anew(opened, tmp_path)


def test_a_change_of_the_rules_reads_the_links_anew(opened: Opened, tmp_path: Path) -> None:
    opened.repository.commit({"a.md": "[[One|Two]]\n"})
    with opened.catalog.view() as view:
        assert view.links() == [("a", "two")]
    opened.use(wikilink_style="LINK_TITLE", retain_case=True)
    with opened.catalog.view() as view:
        assert view.links() == [("a", "One")]
        assert view.rules.retain_case
    assert_as_built_anew(opened, tmp_path)


def test_a_view_stays_at_its_commit(opened: Opened) -> None:
    first = opened.repository.commit({"a.md": "one\n"})
    with opened.catalog.view() as before:
        second = opened.repository.commit({"a.md": "two\n", "b.md": "b\n"})
        with opened.catalog.view() as after:
            assert (after.commit, after.keys(), after.snapshot.read("a.md")) == (second, ["a", "b"], b"two\n")
        assert (before.commit, before.keys(), before.snapshot.read("a.md")) == (first, ["a"], b"one\n")
        page = before.page("a")
        assert page is not None and page.revision == first


def test_a_submodule_is_no_page(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    first = repository.commit({"a.md": "a\n"})
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{first},module.md")
    repository.git("commit", "-q", "-m", "module")
    assert opened.keys() == ["a"]
    with opened.catalog.view() as view:
        assert view.last_change("module.md") is not None
    assert_as_built_anew(opened, tmp_path)


def test_commits_that_git_hides_by_now_are_forgotten(opened: Opened, tmp_path: Path) -> None:
    repository = opened.repository
    repository.commit({"a.md": "# first\n"})
    second = repository.commit({"a.md": "# second\n"})
    assert opened.keys() == ["a"]
    repository.git("replace", "--graft", second)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"b.md": "# b\n"})
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    with opened.catalog.view() as view:
        assert (view.keys(), view.commit_count()) == (["a", "b"], 3)
    assert_as_built_anew(opened, tmp_path)
