"""A ToolSpec as a tool of FastMCP."""

from collections.abc import Mapping
from typing import Any, ClassVar

from fastmcp.server.dependencies import get_context, get_http_request
from fastmcp.tools.base import Tool, ToolResult
from mcp_types import ToolAnnotations
from pydantic import PrivateAttr, ValidationError

from auth import Deny, Principal, decide
from gateway.agents.call import AgentServices, Call
from gateway.agents.caller import call_of
from gateway.agents.refusals import CODED, Coded, of_arguments, of_error, of_fault
from gateway.agents.results import refusal_of, result_of
from gateway.agents.shapes import schema_of
from gateway.agents.spec import Answer, Body, ToolSpec
from gateway.errors import GatewayError
from gateway.threads import in_thread


class WikiTool(Tool):
    """Runs the spec's function in a thread; every outcome is a result, none an exception."""

    KEY_PREFIX: ClassVar[str] = "tool"

    _spec: ToolSpec[Any] = PrivateAttr()
    _services: AgentServices = PrivateAttr()

    @classmethod
    def of(cls, spec: ToolSpec[Any], services: AgentServices) -> "WikiTool":
        """The tool that a client sees."""
        hints = spec.hints
        tool = cls(
            name=spec.name,
            title=spec.title,
            description=spec.description,
            parameters=schema_of(spec.shape),
            annotations=ToolAnnotations(
                read_only_hint=hints.read_only,
                destructive_hint=hints.destructive,
                idempotent_hint=hints.idempotent,
                open_world_hint=False,
            ),
        )
        tool._spec = spec
        tool._services = services
        return tool

    @property
    def spec(self) -> ToolSpec[Any]:
        """What the tool was made from."""
        return self._spec

    def get_meta(self) -> dict[str, Any]:
        """None: FastMCP's empty tags would cost every client tokens."""
        return None  # type: ignore[return-value]  # it goes into an optional field

    def is_for(self, principal: Principal) -> bool:
        """Whether the caller may ever use it. Who is anonymous may still sign in."""
        return principal.via == "anonymous" or not isinstance(decide(principal, self._spec.operation), Deny)

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """Answer one call."""
        try:
            call = call_of(get_http_request(), self._services, _client_info())
            call.require(self._spec.operation_of(arguments))
        except GatewayError as error:
            return refusal_of({"error": error.message, "code": error.code, "next_step": NO_RIGHT})
        return await in_thread(self._answered, call, arguments)

    def _answered(self, call: Call, arguments: Mapping[str, Any]) -> ToolResult:
        spec = self._spec
        try:
            asked = spec.shape.model_validate(arguments)
        except ValidationError as error:
            return refusal_of(of_arguments(error, spec))
        given = asked.model_dump(exclude_defaults=True)
        try:
            return result_of(self._outcome(call, asked))
        except CODED as error:
            return refusal_of(self._refused(error, given, call))
        except Exception as error:  # noqa: BLE001  # logged; an agent gets a sentence, never a trace
            return refusal_of(of_fault(error, spec))

    def _outcome(self, call: Call, asked: Any) -> Body | Answer:
        found: Body | Answer = self._spec.run(call, asked)
        return found

    def _refused(self, error: Coded, given: Mapping[str, object], call: Call) -> Body:
        return of_error(error, self._spec, given, call)


NO_RIGHT = "Connect with a token that has the right, or ask the wiki's owner for it."


def _client_info() -> Any:
    """What the client says of itself; None before 2026-07-28."""
    params = get_context().session.client_params
    return params.client_info if params else None
