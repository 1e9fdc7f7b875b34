"""Logs: one JSON object a line, with the id of the request."""

import json
import logging
import sys

from gateway.logs import JsonLines, request_id


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("wiki", logging.INFO, __file__, 1, message, None, None)
    made.__dict__.update(extra)
    return made


def test_a_line_is_json_with_the_fields_of_the_caller() -> None:
    line = json.loads(JsonLines().format(record("request", fields={"status": 200})))

    assert (line["message"], line["level"], line["status"]) == ("request", "info", 200)


def test_a_line_names_the_request_that_it_belongs_to() -> None:
    token = request_id.set("abc")
    try:
        assert json.loads(JsonLines().format(record("x")))["request_id"] == "abc"
    finally:
        request_id.reset(token)


def test_what_a_caller_sends_cannot_forge_a_second_line() -> None:
    assert "\n" not in JsonLines().format(record("GET /a\n{}\r\u2028", fields={"path": "/b\n"}))


def test_a_fault_carries_its_trace() -> None:
    line = {}
    try:
        int("why")
    except ValueError:
        line = json.loads(JsonLines().format(record("x", exc_info=sys.exc_info())))

    assert "ValueError: invalid literal" in line["trace"]
