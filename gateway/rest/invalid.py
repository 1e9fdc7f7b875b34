"""A request that does not fit what its route takes, as one error."""

from collections.abc import Iterable, Sequence
from typing import TypedDict

from gateway.errors import GatewayError


class Problem(TypedDict):
    """`field` is where the value stands (`edits.0.path`), `problem` what is wrong with it."""

    field: str
    problem: str


class Invalid(GatewayError):
    """Names the fields; never echoes the values, which may be large or secret."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = list(problems)
        sentence = "; ".join(f"{item['field']}: {item['problem']}" for item in self.problems)
        super().__init__("invalid_input", f"The request is not valid: {sentence}.", problems=self.problems)
