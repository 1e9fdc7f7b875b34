"""What depends on the caller: which tools are listed, what the instructions say, which pages are offered."""

from collections.abc import Mapping, Sequence
from typing import Any

import mcp_types
from fastmcp.exceptions import NotFoundError
from fastmcp.resources.base import Resource, ResourceResult
from fastmcp.server.dependencies import get_http_request
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools.base import Tool, ToolResult

from auth import Principal
from gateway.agents.call import AgentServices
from gateway.agents.instructions import instructions_for
from gateway.agents.mcp_tool import WikiTool
from gateway.agents.refusals import unknown_tool
from gateway.agents.resources import SCHEME, read_resource, recent_pages
from gateway.agents.results import refusal_of


class ForTheCaller(Middleware):
    """FastMCP's own kind of middleware, inside the protocol. `tools` by name are all that there are."""

    def __init__(self, services: AgentServices, tools: Mapping[str, WikiTool]) -> None:
        self._services = services
        self._tools = tools

    async def on_list_tools(
        self,
        context: MiddlewareContext[Any],  # noqa: ARG002  # FastMCP's signature
        call_next: CallNext[Any, Sequence[Tool]],  # noqa: ARG002
    ) -> Sequence[Tool]:
        """Without the tools that the caller can never use. Ours are all: FastMCP's own list asks a store of
        sessions, which there are not, and whose libraries take a sixth of a cold start.
        """
        principal = _principal()
        return [tool for tool in self._tools.values() if principal is None or tool.is_for(principal)]

    async def on_call_tool(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ToolResult]
    ) -> ToolResult:
        """Ours are called here: FastMCP's own way asks every provider and transform for the tool, at each call.
        A name that is none is answered like every other error: the model can read it and go on.
        """
        tool = self._tools.get(context.message.name)
        if tool is not None:
            return await tool.run(context.message.arguments or {})
        try:
            return await call_next(context)
        except NotFoundError:
            return refusal_of(unknown_tool(context.message.name, list(self._tools)))

    async def on_list_resources(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, Sequence[Resource]]
    ) -> Sequence[Resource]:
        """The pages that were changed last; the templates reach all others."""
        return [*await call_next(context), *await recent_pages(self._services)]

    async def on_read_resource(
        self, context: MiddlewareContext[Any], call_next: CallNext[Any, ResourceResult]
    ) -> ResourceResult:
        """Ours are read here: FastMCP's own way logs each that is not found as a fault."""
        uri = str(context.message.uri)
        if uri.startswith(SCHEME):
            return await read_resource(self._services, uri)
        return await call_next(context)

    async def on_initialize(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """Up to 2025-11-25."""
        return _told(await call_next(context))

    async def on_discover(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """From 2026-07-28 on."""
        return _told(await call_next(context))


def _principal() -> Principal | None:
    principal: Principal | None = get_http_request().scope.get("principal")
    return principal


def _told(result: Any) -> Any:
    if isinstance(result, mcp_types.InitializeResult | mcp_types.DiscoverResult):
        return result.model_copy(update={"instructions": instructions_for(_principal())})
    return result
