"""Commit messages and their trailers."""

import pytest

from tests.wiki_app.pages.wiki import ANNA
from wiki_app.errors import InvalidInput
from wiki_app.pages import Actor
from wiki_app.pages.messages import attribute, compose

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


@pytest.mark.parametrize(
    ("message", "text", "agent", "client"),
    [
        ("plain\n", "plain", None, None),
        ("a\n\nbody\n", "a\n\nbody", None, None),
        ("a\n\nAgent: bot\nClient: desk\n", "a", "bot", "desk"),
        ("a\n\nAgent: bot\nSigned-off-by: x\n", "a\n\nAgent: bot\nSigned-off-by: x", None, None),
        ("Agent: bot\n", "Agent: bot", None, None),
    ],
)
def test_trailers_are_taken_off(message: str, text: str, agent: str | None, client: str | None) -> None:
    assert attribute(message) == (text, agent, client)
