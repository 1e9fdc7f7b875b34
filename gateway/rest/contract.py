"""How a route is declared: its address, its operation of the rights table, what it takes and answers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from starlette.requests import Request
from starlette.responses import Response

from auth import Deny, Principal, decide
from auth.acting import note_operation
from gateway.errors import Denied
from gateway.rest.call import Call, page_path
from gateway.rest.inputs import Body, Param, Upload, needed

Handler = Callable[[Call], Awaitable[Response]]

PATH = needed("path")


@dataclass(frozen=True, eq=False)
class Declared:
    """One route: from it the request is read (gateway/rest/serving.py) and described (description.py).

    `operation` is a name of auth.policy.OPERATIONS, None open to all. `answers` is the name of a model of
    gateway/rest/models.py; a route without one is not described. `success` are its HTTP statuses, `errors`
    those that it can answer beside the ones of its rights check and of wrong input.
    """

    method: str
    path: str
    handler: Handler
    tag: str
    operation: str | None
    answers: str | None
    takes: Sequence[Param[Any]] = ()
    body: Body[Any] | Upload | None = None
    success: tuple[int, ...] = (200,)
    errors: tuple[int, ...] = ()


class Details(TypedDict, total=False):
    """The fields of Declared that have a usual value."""

    takes: Sequence[Param[Any]]
    body: Body[Any] | Upload
    success: tuple[int, ...]
    errors: tuple[int, ...]


class Routes:
    """The routes of one file, in the order in which they are tried."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.declared: list[Declared] = []

    def add(
        self, method: str, path: str, operation: str | None, answers: str | None, **details: Unpack[Details]
    ) -> Callable[[Handler], Handler]:
        """Register a handler at one address."""

        def register(handler: Handler) -> Handler:
            self.declared.append(Declared(method, path, handler, self.tag, operation, answers, **details))
            return handler

        return register

    def of_page(
        self, method: str, below: str, operation: str, answers: str, **details: Unpack[Details]
    ) -> Callable[[Handler], Handler]:
        """Register a handler at `/pages/{path}<below>` and at `/page<below>?path=`.

        The second address reaches pages whose names end like a route (`…/history`) or hold what proxies
        spoil (`?`, DECISIONS 34). More specific routes must be registered before less specific ones.
        """

        def register(handler: Handler) -> Handler:
            asked: Details = {**details, "takes": (PATH, *details.get("takes", ()))}
            self.add(method, f"/page{below}", operation, answers, **asked)(handler)
            return self.add(method, f"/pages/{{path:path}}{below}", operation, answers, **details)(handler)

        return register


def require(request: Request, operation: str) -> None:
    """Raise what the policy answers when the caller may not do this. Without a principal nobody may."""
    note_operation(operation)
    principal: Principal | None = request.scope.get("principal")
    if principal is None:
        raise Denied("unauthenticated", "Nobody is known to call.", operation)
    decision = decide(principal, operation, page_path(request))
    if isinstance(decision, Deny):
        raise Denied(decision.code, decision.reason, operation)
