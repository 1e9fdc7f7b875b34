"""What a route takes: parameters of the query and of the headers, and a body.

A route is declared with these; the same declaration reads the request and stands in the OpenAPI document.
None of it needs pydantic: reading a page must not wait for its import.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from starlette.requests import Request

T = TypeVar("T")

STRING: Mapping[str, object] = {"type": "string"}


class Unfit(ValueError):
    """A value that the parameter does not take; says what it takes."""


class Input(Generic[T]):
    """The key under which a handler finds a value of type T."""


@dataclass(frozen=True, eq=False)
class Param(Input[T]):
    """One parameter. `read` gets its text, None where it is not given, and raises Unfit."""

    name: str
    place: Literal["query", "header"]
    read: Callable[[str | None], T]
    schema: Mapping[str, object]
    description: str = ""
    required: bool = False

    def of(self, request: Request) -> T:
        """The value that this request has. Raises Unfit."""
        given = request.headers if self.place == "header" else request.query_params
        return self.read(given.get(self.name))


@dataclass(frozen=True, eq=False)
class Body(Input[T]):
    """A JSON body, by the name of its model in gateway/rest/bodies.py, which is loaded when one arrives.

    One that is not `needed` may be left away: it is then a model without fields given.
    """

    name: str
    needed: bool = True


@dataclass(frozen=True, eq=False)
class Upload(Input[None]):
    """A body that the handler reads: JSON by that name, or one of the `forms` (media types, with schemas)."""

    name: str
    forms: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def optional(name: str, description: str = "") -> Param[str | None]:
    """Text of the query, None where it is not given."""
    return Param(name, "query", _as_it_is, _nullable(STRING), description)


def text(name: str, default: str = "") -> Param[str]:
    """Text of the query."""
    return Param(
        name, "query", lambda given: default if given is None else given, {**STRING, "default": default}
    )


def needed(name: str) -> Param[str]:
    """Text of the query that must be given."""
    return Param(name, "query", _given, STRING, required=True)


def header(name: str, description: str = "") -> Param[str | None]:
    """A header's text, None where it is not sent."""
    return Param(name, "header", _as_it_is, _nullable(STRING), description)


def whole(name: str, low: int, high: int | None = None) -> Param[int | None]:
    """A whole number within bounds, None where it is not given."""

    def read(given: str | None) -> int | None:
        if given is None:
            return None
        value = _number(given)
        if value < low:
            raise Unfit(f"Input should be greater than or equal to {low}")
        if high is not None and value > high:
            raise Unfit(f"Input should be less than or equal to {high}")
        return value

    bounds = {"minimum": low} | ({} if high is None else {"maximum": high})
    return Param(name, "query", read, _nullable({"type": "integer", **bounds}))


def lenient(name: str) -> Param[str | None]:
    """A whole number for those who read the description; any text is taken, as older clients send it."""
    return Param(name, "query", _as_it_is, {"type": "integer"})


def choice(name: str, *options: str) -> Param[str]:
    """One of some words; the first where none is given."""

    def read(given: str | None) -> str:
        if given is not None and given not in options:
            *others, last = (repr(option) for option in options)
            raise Unfit(f"Input should be {', '.join(others)} or {last}")
        return options[0] if given is None else given

    return Param(name, "query", read, {**STRING, "enum": list(options), "default": options[0]})


def _nullable(schema: Mapping[str, object]) -> Mapping[str, object]:
    return {"anyOf": [schema, {"type": "null"}]}


def _as_it_is(given: str | None) -> str | None:
    return given


def _given(given: str | None) -> str:
    if given is None:
        raise Unfit("Field required")
    return given


def _number(given: str) -> int:
    try:
        return int(given)
    except ValueError as error:
        raise Unfit("Input should be a valid integer, unable to parse string as an integer") from error
