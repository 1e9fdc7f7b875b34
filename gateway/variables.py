"""From the environment's texts to one typed object, by the annotations of a dataclass.

pydantic-settings does this and more, and takes an eighth of a cold start: pages need none of it
(docs/decisions/0010).
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin

T = TypeVar("T")
C = TypeVar("C")

TRUE, FALSE = (
    frozenset({"1", "true", "t", "yes", "y", "on"}),
    frozenset({"0", "false", "f", "no", "n", "off"}),
)
PREFIX = "WIKIBOT_"


class Wrong(ValueError):
    """A value that cannot be: which variable, what was given, and what to write instead."""

    def __init__(self, variable: str, given: object, problem: str) -> None:
        super().__init__(f"{variable}: {problem}.")
        self.variable = variable
        self.given = given
        self.problem = problem


@dataclass(frozen=True)
class Secret:
    """A text that shows in no log and no message."""

    value: str

    def get_secret_value(self) -> str:
        """The text itself."""
        return self.value

    def __repr__(self) -> str:
        """Stars, however long it is."""
        return "Secret('**********')"

    __str__ = __repr__


@dataclass(frozen=True)
class _Extra:
    """What an annotation does not say. `check` returns the value to keep or raises ValueError."""

    variable: str | None = None
    low: int | None = None
    high: int | None = None
    check: Callable[[Any], Any] | None = None


def setting(
    default: T,
    *,
    variable: str | None = None,
    low: int | None = None,
    high: int | None = None,
    check: Callable[[Any], Any] | None = None,
) -> T:
    """A field with bounds, a check of its own, or a variable without our prefix."""
    extra = _Extra(variable, low, high, check)
    return field(default=default, metadata={"wikibot": extra})


def variable_of(one: "Field[Any]") -> str:
    """The environment variable of a field."""
    return _extra(one).variable or f"{PREFIX}{one.name.upper()}"


def read(kind: type[C], environment: Mapping[str, str], given: Mapping[str, object]) -> C:
    """The object; `given` (by the names of fields or of variables) wins over the environment, and an empty
    variable counts as none. Raises Wrong; TypeError for a name that is neither, which is a fault of ours.
    """
    found: dict[str, object] = {}
    left = set(given)
    for one in fields(cast("Any", kind)):
        name = variable_of(one)
        said = next((key for key in (one.name, name) if key in given), None)
        left -= {one.name, name}
        if said is not None:
            found[one.name] = _kept(one, given[said])
        elif environment.get(name) and one.default is not MISSING:
            found[one.name] = _kept(one, environment[name])
    if left:
        raise TypeError(f"no settings: {', '.join(sorted(left))}")
    return kind(**found)


def _kept(one: "Field[Any]", value: object) -> object:
    extra = _extra(one)
    try:
        read = extra.check(value) if extra.check else _typed(one.type, value)
        if isinstance(read, int):
            _bounded(read, extra)
    except ValueError as error:
        raise Wrong(variable_of(one), value, str(error)) from error
    return read


def _typed(kind: Any, value: object) -> object:
    """A text as what the annotation says; anything else is taken as it is."""
    origin, choices = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        kind = next(each for each in choices if each is not types.NoneType)
        origin, choices = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value not in choices:
            raise ValueError(f"it is one of {', '.join(map(str, choices))}")
        return value
    reader = READERS.get(kind)
    return reader(value) if reader and isinstance(value, str) else value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise ValueError("write a whole number") from error


def _yes(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError("write true or false")
    return text.lower() in TRUE


READERS: Mapping[object, Callable[[str], object]] = {
    Path: Path,
    int: _whole,
    bool: _yes,
    Secret: Secret,
}


def _bounded(number: int, extra: _Extra) -> None:
    if extra.low is not None and number < extra.low:
        raise ValueError(f"it is at least {extra.low}")
    if extra.high is not None and number > extra.high:
        raise ValueError(f"it is at most {extra.high}")


def _extra(one: "Field[Any]") -> _Extra:
    extra: _Extra = one.metadata.get("wikibot", _Extra())
    return extra
