"""A declared route as one of Starlette's: rights first, then the inputs, then the handler."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from gateway.errors import STATUS
from gateway.rest.call import Call
from gateway.rest.contract import Declared, require
from gateway.rest.inputs import Body, Input, Unfit
from gateway.rest.invalid import Invalid, Problem
from gateway.threads import in_thread


class Served(Route):
    """Asks the policy before anything of the request's body is read."""

    def __init__(self, declared: Declared) -> None:
        super().__init__(declared.path, self.answer, methods=[declared.method])
        self.declared = declared

    async def answer(self, request: Request) -> Response:
        """The handler's answer. Raises Denied, Invalid and what the handler raises."""
        if self.declared.operation is not None:
            require(request, self.declared.operation)
        return await self.declared.handler(Call(request, await inputs(self.declared, request)))

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say which methods this address takes (RFC 9110 section 15.5.6)."""
        if scope["method"] == self.declared.method:
            await self.app(scope, receive, send)
            return
        allowed = {
            route.declared.method for route in served(scope) if route.matches(scope)[0] is not Match.NONE
        }
        raise HTTPException(STATUS["method_not_allowed"], headers={"Allow": ", ".join(sorted(allowed))})


def served(scope: Scope) -> list["Served"]:
    """The routes of the app that answers."""
    return [route for route in scope["app"].routes if isinstance(route, Served)]


async def inputs(declared: Declared, request: Request) -> Mapping[Input[Any], object]:
    """The values of all that the route takes. Raises Invalid, with everything that is wrong."""
    values: dict[Input[Any], object] = {}
    problems: list[Problem] = []
    for param in declared.takes:
        try:
            values[param] = param.of(request)
        except Unfit as error:
            problems.append(Problem(field=param.name, problem=str(error)))
    if isinstance(declared.body, Body):
        try:
            values[declared.body] = await body_of(declared.body, request)
        except Invalid as error:
            problems.extend(error.problems)
    if problems:
        raise Invalid(problems)
    return values


async def body_of(body: Body[Any], request: Request) -> object:
    """The body as its model. Raises Invalid."""
    content = await request.body()
    if content and not _is_json(request):
        # A form on a foreign web page can send text/plain, but no JSON, without being asked first.
        raise _wrong("Input should be JSON, sent with Content-Type: application/json")
    if content.strip() not in {b"", b"null"}:
        return await model_of(body.name, content)
    if body.needed:
        raise _wrong("Field required")
    return await model_of(body.name, b"{}")


async def model_of(name: str, content: bytes) -> Any:
    """The JSON as the model of that name in gateway/rest/bodies.py. Raises Invalid."""

    def reading() -> object:
        from gateway.rest.reading import read  # late: pydantic, which no request without a body needs

        return read(name, content)

    return await in_thread(reading)


def _wrong(problem: str) -> Invalid:
    return Invalid([Problem(field="body", problem=problem)])


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
