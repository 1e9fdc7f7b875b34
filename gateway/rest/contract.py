"""How a route is declared: which operation of the rights table it is, and what it can answer."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from auth import Deny, Principal, decide
from auth.acting import note_operation
from gateway.errors import STATUS, Denied
from gateway.rest.models import Problem

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def contract(
    operation: str | None,
    model: type[BaseModel],
    *errors: int,
    status: int = 200,
    also: int = 0,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Arguments for a route's decorator: `operation` is a name of auth.policy.OPERATIONS, None open to all.

    `errors` are the HTTP statuses that this route can answer beside those of its rights check, `also` a
    second status of success, `extra` is added to the description.
    """
    success = {code: _json(model, "Success") for code in (status, also) if code}
    refused = (401, 403) if operation else ()
    failure = {code: _json(Problem, _codes(code)) for code in sorted({*errors, *refused, 422})}
    return {
        "response_model": None,
        "status_code": status,
        "responses": success | failure,
        "openapi_extra": {**(extra or {}), **({"x-operation": operation} if operation else {"security": []})},
    }


def _json(model: type[BaseModel], description: str) -> dict[str, Any]:
    """A reference: FastAPI would build a validator for each of hundreds of models that never validate."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _codes(status: int) -> str:
    return "code: " + " or ".join(code for code, known in STATUS.items() if known == status)


class GuardedRoute(APIRoute):
    """Asks the policy before anything of the request's body is read."""

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the check."""
        handler = super().get_route_handler()
        operation: str | None = (self.openapi_extra or {}).get("x-operation")
        if operation is None:
            return handler

        async def guarded(request: Request) -> Response:
            require(request, operation)
            return await handler(request)

        return guarded


def page_path(request: Request) -> str | None:
    """The page's path as the caller wrote it: part of the route, or the query's `path`."""
    path: str | None = request.path_params.get("path", request.query_params.get("path"))
    return path


def require(request: Request, operation: str) -> None:
    """Raise what the policy answers when the caller may not do this. Without a principal nobody may."""
    note_operation(operation)
    principal: Principal | None = request.scope.get("principal")
    if principal is None:
        raise Denied("unauthenticated", "Nobody is known to call.", operation)
    decision = decide(principal, operation, page_path(request))
    if isinstance(decision, Deny):
        raise Denied(decision.code, decision.reason, operation)


def router(tag: str) -> APIRouter:
    """A router whose routes are declared by `contract`."""
    return APIRouter(route_class=GuardedRoute, tags=[tag])
