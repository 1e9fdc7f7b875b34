"""Answers as JSON."""

import json

import pytest

from gateway.rest.answers import encode, tagged


def test_text_is_sent_as_utf8() -> None:
    assert encode({"name": "日本"}) == '{"name":"日本"}'.encode()


def test_half_of_a_surrogate_pair_is_escaped() -> None:
    assert json.loads(encode({"name": "caf\udce9"})) == {"name": "caf\udce9"}


@pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
def test_who_has_the_answer_gets_304(form: str) -> None:
    tag = tagged({"a": 1}, None).headers["etag"]

    assert tagged({"a": 1}, form.format(tag)).status_code == 304
    assert tagged({"a": 2}, form.format(tag)).status_code == (304 if form == "*" else 200)
