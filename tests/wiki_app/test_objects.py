"""Trees and commits as bytes: the same as git writes them."""

from datetime import UTC, datetime
from pathlib import Path

from tests.wiki_app.git import git
from wiki_app.objects import (
    Author,
    format_commit,
    format_tree,
    parse_commit,
    parse_identity,
    parse_tree,
    sort_tree,
)
from wiki_app.repository import Repository, Write


def test_a_tree_survives_the_way_through_our_parser_byte_by_byte(tmp_path: Path) -> None:
    repository = Repository.init(tmp_path)
    names = {"a.md": b"1", "a/x.md": b"2", "a-b.md": b"3", "ü/é.md": b"4", "a0": b"5"}
    repository.commit(lambda _: {name: Write(data) for name, data in names.items()}, "m", Author("A", "a@x"))
    raw = git(tmp_path, "cat-file", "tree", "HEAD^{tree}").encode("utf-8", "surrogateescape")
    assert format_tree(parse_tree(raw)) == raw
    assert list(sort_tree(parse_tree(raw))) == list(parse_tree(raw))
    assert git(tmp_path, "fsck", "--strict") == ""


def test_names_that_are_not_utf8_are_kept(tmp_path: Path) -> None:
    name = b"caf\xe9.md".decode("utf-8", "surrogateescape")
    repository = Repository.init(tmp_path)
    repository.commit(lambda _: {name: Write(b"x")}, "m", Author("A", "a@x"))
    assert repository.snapshot().entry(name) is not None
    assert git(tmp_path, "ls-tree", "-z", "--name-only", "HEAD") == name + "\0"


def test_a_commit_reads_back_as_it_was_written() -> None:
    when = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    data = format_commit(
        "a" * 40, ("b" * 40,), Author("Zoë\n<x>", "z@x\0"), Author("", ""), when, "one\n\ntwo\n"
    )
    info = parse_commit("c" * 40, data)
    assert (info.author, info.message, info.parents) == (Author("Zoë x", "z@x"), "one\n\ntwo\n", ("b" * 40,))
    assert info.authored == when


def test_odd_identities_of_old_histories_do_no_harm() -> None:
    assert parse_identity("nobody")[0] == Author("nobody", "")
    assert parse_identity("A <a@x> 1 +9999")[1].timestamp() == 1
    assert parse_identity("A <a@x> 99999999999999999999 +0000")[1].timestamp() == 0
    assert parse_identity("A <a@x> 60 -0130")[1].isoformat() == "1969-12-31T22:31:00-01:30"


def test_a_message_in_an_old_encoding_is_read_in_it() -> None:
    data = (
        b"tree "
        + b"a" * 40
        + b"\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\nencoding ISO-8859-1\n\ncaf\xe9"
    )
    assert parse_commit("c" * 40, data).message == "café"
