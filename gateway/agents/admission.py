"""Before the protocol: whether a caller without a credential is asked for one.

Clients sign in when a request is answered with HTTP 401 and a challenge, not when a tool says no. So the
body of an anonymous request is looked at for what it wants to do.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from starlette.responses import Response

from auth import Deny, Principal, decide
from gateway.agents.tools import TOOLS
from gateway.errors import problem

READING: Mapping[str, str] = MappingProxyType(
    {"resources/read": "read", "prompts/get": "read", "completion/complete": "list"}
)
"""Methods that need a right; those not named here need none, or it depends on the tool."""
_SPECS = {spec.name: spec for spec in TOOLS}


def operation_of(message: object) -> str | None:
    """What a message wants to do, as a name of auth.policy.OPERATIONS; None when anybody may."""
    if not isinstance(message, dict):
        return None
    method, params = message.get("method"), message.get("params")
    if method != "tools/call" or not isinstance(params, dict):
        return READING.get(method) if isinstance(method, str) else None
    spec = _SPECS.get(str(params.get("name")))
    arguments = params.get("arguments")
    return spec.operation_of(arguments if isinstance(arguments, dict) else {}) if spec else None


def challenge(principal: Principal | None, body: bytes) -> Response | None:
    """The 401 for a caller who has to say who they are; None when the request may go on."""
    if principal is None or principal.via != "anonymous":
        return None
    try:
        operation = operation_of(json.loads(body))
    except (ValueError, RecursionError):
        return None  # the protocol answers what is no JSON
    decision = decide(principal, operation) if operation else None
    if isinstance(decision, Deny) and decision.code == "unauthenticated":
        return problem(decision.code, decision.reason)
    return None
