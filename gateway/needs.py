"""What a request of a door wants to do, where the address does not say it: for the gate."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from starlette.types import Scope

from auth.doors import Door
from auth.gate import Need


def of_agents(scope: Scope, body: bytes) -> str | None:  # noqa: ARG001 - a Need's signature
    """MCP: the tool that is called, or the method, names its operation."""
    from gateway.agents.admission import operation_of  # late: the tools, where the first agent calls

    try:
        return operation_of(json.loads(body))
    except (ValueError, RecursionError):
        return None  # the protocol answers what is no JSON


NEEDS: Mapping[Door, Need] = MappingProxyType({"mcp": of_agents})
