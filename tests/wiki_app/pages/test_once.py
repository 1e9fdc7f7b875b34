"""Writes with a key happen once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.wiki_app.pages.wiki import ANNA, Wiki
from wiki_app.errors import Conflict, InvalidInput
from wiki_app.pages import Actor, PageService, Replacement, WriteOp
from wiki_app.repository import Author
from wiki_app.rules import WikiRules

KEYED = replace(ANNA, idempotency_key="one")


def test_the_same_write_again_gives_the_first_result_and_changes_nothing(wiki: Wiki) -> None:
    first = wiki.pages.write("home", "text\n", None, KEYED)
    wiki.edit("home", "text", "later")
    assert wiki.pages.write("home", "text\n", None, KEYED) == first
    assert first.created
    assert wiki.text("home") == "later\n"


def test_another_write_under_the_key_is_refused(wiki: Wiki) -> None:
    wiki.pages.write("home", "text\n", None, KEYED)
    with pytest.raises(InvalidInput, match="another write"):
        wiki.pages.write("other", "text\n", None, KEYED)
    assert not wiki.exists("other")


def test_another_persons_key_is_another_key(wiki: Wiki) -> None:
    wiki.pages.write("home", "text\n", None, KEYED)
    bob = Actor(Author("Bob", "bob@example.org"), idempotency_key="one")
    assert wiki.pages.write("other", "text\n", None, bob).created


def test_a_merged_edit_is_merged_in_its_repetition_too(wiki: Wiki) -> None:
    base = wiki.put("home", "a\n\nb\n\nc\n").revision
    wiki.edit("home", "c", "C")
    edits = [Replacement("a", "A")]
    first = wiki.pages.edit("home", edits, base, KEYED, merge=True)
    wiki.edit("home", "b", "B")
    assert (first.merged, wiki.pages.edit("home", edits, base, KEYED, merge=True)) == (True, first)


def test_a_rename_names_the_rewritten_pages_again(wiki: Wiki) -> None:
    wiki.put("home", "[[old]]\n")
    wiki.put("old", "x\n")
    first = wiki.pages.rename("old", "new", KEYED)
    wiki.put("third", "[[new]]\n")
    assert wiki.pages.rename("old", "new", KEYED) == first
    assert first.updated_pages == ["Home"]


def test_a_batch_a_deletion_and_an_attachment_are_repeated_as_well(wiki: Wiki) -> None:
    ops = [WriteOp("a", content="a\n"), WriteOp("b", content="b\n")]
    assert wiki.pages.batch(ops, KEYED) == wiki.pages.batch(ops, KEYED)
    two = replace(ANNA, idempotency_key="two")
    assert wiki.pages.delete("a", two) == wiki.pages.delete("a", two)
    three = replace(ANNA, idempotency_key="three")
    added = wiki.pages.attach("b", "f.txt", b"1", three)
    assert wiki.pages.attach("b", "f.txt", b"1", three) == added
    assert len(wiki.log("--format=%H")) == 3


def test_the_key_is_forgotten_after_a_day(wiki: Wiki) -> None:
    wiki.pages.write("home", "text\n", None, KEYED)
    later = datetime.now(UTC) + timedelta(hours=24, minutes=1)
    tomorrow = PageService(wiki.store, WikiRules, lambda: later)
    with pytest.raises(Conflict):
        tomorrow.write("home", "text\n", None, KEYED)


def test_a_catalog_made_anew_knows_the_keys(wiki: Wiki, tmp_path: Path) -> None:
    first = wiki.pages.write("home", "text\n", None, KEYED)
    for file in (tmp_path / "cache").glob("catalog.db*"):
        file.unlink()
    assert wiki.pages.write("home", "text\n", None, KEYED) == first


def test_of_many_at_once_one_writes_and_all_get_its_result(wiki: Wiki) -> None:
    wiki.put("home", "x\n")
    start = threading.Barrier(6)
    results: list[object] = []

    def write() -> None:
        start.wait(10)
        results.append(wiki.pages.write("page", "text\n", None, KEYED))

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 6
    assert len(set(results)) == 1
    assert len(wiki.log("--format=%H", "--", "page.md")) == 1


@pytest.mark.parametrize("key", ["x" * 256, "a\nb"])
def test_what_is_no_key_is_refused(wiki: Wiki, key: str) -> None:
    with pytest.raises(InvalidInput):
        wiki.pages.write("home", "x", None, replace(ANNA, idempotency_key=key))


def test_the_trailers_stand_in_git_and_not_in_the_message(wiki: Wiki) -> None:
    agent = Actor(ANNA.author, agent="Bot", client="bot/1", request_id="r1", idempotency_key="k")
    wiki.pages.write("home", "x\n", None, agent, "why")
    body = "\n".join(wiki.log("-1", "--format=%B"))
    assert body.startswith("why\n\nAgent: Bot\nClient: bot/1\nRequest-Id: r1\nIdempotency-Key: ")
    shown = wiki.pages.history("home").revisions[0]
    assert (shown.commit.message, shown.agent, shown.client) == ("why", "Bot", "bot/1")
