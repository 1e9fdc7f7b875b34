"""Trailers of commit messages: what comes off is what was put on."""

import pytest

from wiki_app.trailers import Attributed, Once, attribute, attributed

ONCE = Once("0" * 32, "f" * 32)


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
    found = attribute(message)
    assert (found.message, found.agent, found.client) == (text, agent, client)


@pytest.mark.parametrize(
    "known",
    [
        Attributed("one line"),
        Attributed("one\n\ntwo", agent="bot"),
        Attributed("a", "bot", "bot/1", "0123", ONCE),
        Attributed("a", once=ONCE),
    ],
)
def test_what_is_put_on_comes_off_again(known: Attributed) -> None:
    assert attribute(attributed(known.message, known)) == known


def test_a_value_cannot_begin_a_line_of_its_own() -> None:
    written = attributed("a", Attributed("a", agent="bot\nClient: forged"))
    assert attribute(written) == Attributed("a", agent="bot Client: forged")


def test_a_broken_key_is_none() -> None:
    assert attribute("a\n\nAgent: x\nIdempotency-Key: short\n").once is None
