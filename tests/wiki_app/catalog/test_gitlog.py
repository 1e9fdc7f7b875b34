"""The parser of git's log, against what git prints for small histories."""

import pytest

from tests.wiki_app.catalog.conftest import GitRepository
from wiki_app.catalog.gitlog import COMMAND, LoggedCommit, parse
from wiki_app.gitcommand import Git


def logged(repository: GitRepository) -> list[LoggedCommit]:
    return list(parse([Git(repository.path).run(*COMMAND)]))


def test_a_change_has_its_path_status_and_blob(repository: GitRepository) -> None:
    repository.commit({"a.md": "one\n"})
    repository.commit({"a.md": "two\n", "b.md": "b\n"})
    repository.commit({"a.md": None})
    statuses = [[(change.path, change.status) for change in commit.changes] for commit in logged(repository)]
    assert statuses == [[(b"a.md", "D")], [(b"a.md", "M"), (b"b.md", "A")], [(b"a.md", "A")]]
    second = logged(repository)[1].changes[0]
    assert second.blob is not None and second.blob.hex() == repository.git("rev-parse", "HEAD~1:a.md")


def test_a_rename_names_the_former_path(repository: GitRepository) -> None:
    repository.commit({"old name.md": "the same text\n" * 9})
    repository.git("mv", "old name.md", "new\nname.md")
    repository.commit()
    (change,) = logged(repository)[0].changes
    assert (change.status, change.path, change.old) == ("R", b"new\nname.md", b"old name.md")


def test_a_merge_shows_what_differs_from_both_parents(repository: GitRepository) -> None:
    repository.commit({"a.md": "a\n", "b.md": "b\n"})
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"a.md": "side\n", "b.md": "b side\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"a.md": "main\n"})
    repository.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    repository.commit({"a.md": "both\n", "b.md": "b side\n", "new.md": "n\n"}, "merge")
    merge = logged(repository)[0]
    assert len(merge.parents) == 2
    assert [(change.path, change.status) for change in merge.changes] == [(b"a.md", "M"), (b"new.md", "A")]


@pytest.mark.parametrize(
    "message", ["", "no newline at the end", "\n\n  led by blanks\r\n\nbody\n\n\n", ":100644 x"]
)
def test_a_message_is_kept_to_the_letter(repository: GitRepository, message: str) -> None:
    tree = repository.git("mktree", input=b"")
    revision = repository.git("commit-tree", tree, input=message.encode())
    repository.git("update-ref", "refs/heads/main", revision)
    stored = repository.git("cat-file", "commit", revision)
    (commit,) = logged(repository)
    assert (
        commit.message.rstrip() == message.rstrip() == stored.partition("\n\n")[2].rstrip()
        or not message.strip()
    )
    assert commit.revision.hex() == revision


def test_bytes_that_are_no_utf8_do_no_harm(repository: GitRepository) -> None:
    blob = repository.git("hash-object", "-w", "--stdin", input=b"x")
    tree = repository.git("mktree", "-z", input=b"100644 blob " + blob.encode() + b"\tcaf\xe9.md\0")
    header = f"tree {tree}\nauthor \xe9 <> 1700000000 -0330\ncommitter x <y> 1700000000 +0000\n\nca\xe9\n"
    data = header.encode("latin-1")
    revision = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", input=data)
    repository.git("update-ref", "refs/heads/main", revision)
    (commit,) = logged(repository)
    assert commit.changes[0].path == b"caf\xe9.md"
    assert commit.email == "" and commit.authored == (1_700_000_000, -210)


def test_the_output_may_be_cut_anywhere(repository: GitRepository) -> None:
    repository.commit({"a.md": "one\n" * 9})
    repository.git("mv", "a.md", "b.md")
    repository.commit()
    output = Git(repository.path).run(*COMMAND)
    whole = list(parse([output]))
    for size in (1, 7, 64):
        assert list(parse(output[i : i + size] for i in range(0, len(output), size))) == whole


def test_the_repositorys_own_configuration_changes_nothing(repository: GitRepository) -> None:
    repository.commit({"a.md": "one\n" * 9})
    repository.git("mv", "a.md", "b.md")
    repository.commit()
    before = logged(repository)
    settings = {
        "log.showRoot": "false",
        "log.showSignature": "true",
        "diff.renames": "copies",
        "diff.noprefix": "true",
        "diff.relative": "true",
        "log.date": "relative",
        "diff.orderFile": "/nonexistent",
        "log.follow": "true",
        "color.ui": "always",
        "core.abbrev": "5",
        "log.diffMerges": "off",
        "format.pretty": "oneline",
    }
    for name, value in settings.items():
        repository.git("config", name, value)
    assert logged(repository) == before
