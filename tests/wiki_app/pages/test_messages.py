"""Commit messages and their trailers."""

import pytest

from tests.wiki_app.pages.wiki import ANNA
from wiki_app.errors import InvalidInput
from wiki_app.pages import Actor
from wiki_app.pages.messages import compose

AGENT = Actor(ANNA.author, agent="bot", request_id="r")


@pytest.mark.parametrize(
    ("given", "actor", "message"),
    [
        (None, ANNA, "[api] Edit: x"),
        ("", ANNA, "[api] Edit: x"),
        (" kept \n", ANNA, " kept \n"),
        ("given", AGENT, "given\n\nAgent: bot\nRequest-Id: r\n"),
        (None, Actor(ANNA.author, request_id="r"), "[api] Edit: x"),
    ],
)
def test_a_message_is_composed(given: str | None, actor: Actor, message: str) -> None:
    assert compose(given, "Edit: x", actor) == message


@pytest.mark.parametrize("given", ["nul\0", "\ud800", "x" * 10_001])
def test_what_is_no_message_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput):
        compose(given, "", ANNA)


@pytest.mark.parametrize("given", ["x\n\nAgent: somebody else", "x\n\nIdempotency-Key: 0 0\n"])
def test_nobody_writes_the_wikis_own_trailers(given: str) -> None:
    with pytest.raises(InvalidInput, match="leave them out"):
        compose(given, "", ANNA)
