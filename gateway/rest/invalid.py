"""A request that does not fit its model: FastAPI's own error as one of ours."""

from collections.abc import Sequence

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from gateway.errors import problem


def invalid(_: Request, error: Exception) -> Response:
    """Names the fields; never echoes the values, which may be large or secret."""
    assert isinstance(error, RequestValidationError)
    problems = [{"field": _field(item["loc"]), "problem": item["msg"]} for item in error.errors()]
    sentence = "; ".join(f"{item['field']}: {item['problem']}" for item in problems)
    return problem("invalid_input", f"The request is not valid: {sentence}.", {"problems": problems})


def _field(location: Sequence[int | str]) -> str:
    """Where a value stands: `edits.0.path`; the first part only says body or query."""
    return ".".join(map(str, location[1:])) or str(location[0])
