"""Parameters: what they take, and the sentence for what they do not."""

from typing import Any

import pytest
from starlette.requests import Request

from gateway.rest.inputs import Param, Unfit, choice, header, lenient, needed, optional, text, whole


def request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


@pytest.mark.parametrize(
    ("param", "query", "expected"),
    [
        (text("a"), "", ""),
        (text("a", "5"), "", "5"),
        (text("a", "5"), "a=", ""),
        (text("a"), "a=%C3%A4+b", "ä b"),
        (text("a"), "a=1&a=2", "2"),
        (optional("a"), "", None),
        (optional("a"), "a=x", "x"),
        (needed("a"), "a=", ""),
        (lenient("a"), "a=many", "many"),
        (choice("a", "x", "y"), "", "x"),
        (choice("a", "x", "y"), "a=y", "y"),
        (whole("a", 1), "", None),
        (whole("a", 1), "a=1", 1),
        (whole("a", 1, 9), "a=9", 9),
        (whole("a", 1), "a=9999999999999999999999", 9999999999999999999999),
    ],
)
def test_what_fits_is_read(param: Param[Any], query: str, expected: object) -> None:
    assert param.of(request(query)) == expected


@pytest.mark.parametrize(
    ("param", "query", "sentence"),
    [
        (needed("a"), "", "Field required"),
        (choice("a", "x", "y"), "a=z", "Input should be 'x' or 'y'"),
        (choice("a", "x", "y"), "a=", "Input should be 'x' or 'y'"),
        (whole("a", 1), "a=0", "greater than or equal to 1"),
        (whole("a", 1, 9), "a=10", "less than or equal to 9"),
        (whole("a", 1), "a=", "valid integer"),
        (whole("a", 1), "a=many", "valid integer"),
        (whole("a", 1), "a=" + "9" * 5000, "valid integer"),
    ],
)
def test_what_does_not_fit_is_told_why(param: Param[Any], query: str, sentence: str) -> None:
    with pytest.raises(Unfit, match=sentence):
        param.of(request(query))


def test_a_header_is_read_by_its_name_in_any_case() -> None:
    assert header("x-agent").of(request(x_agent="otter")) == "otter"
    assert header("X-Agent").of(request(x_agent="otter")) == "otter"
    assert header("x-agent").of(request("x-agent=otter")) is None
