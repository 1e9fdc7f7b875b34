"""From a request to a Call: the principal that the gate has set, and what the agent's program is called."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from auth import Principal
from gateway.agents.call import AgentServices, Call
from gateway.errors import GatewayError

UNNAMED = "MCP client"
"""The agent of a change when its program does not say what it is."""
LONGEST = 80

# HTTP libraries: they say what carries the request, not who sends it.
_LIBRARIES = re.compile(
    r"(python|httpx|httpcore|aiohttp|node|undici|axios|got|deno|bun|go-http|okhttp|java|curl|mozilla|fetch)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:/([!#$%&'*+.^_`|~0-9A-Za-z-]+))?")


def call_of(request: Request, services: AgentServices, client_info: Any = None) -> Call:
    """The call that a request makes. `client_info` is MCP's Implementation, when the client sent one.

    Raises GatewayError when nobody has said who calls.
    """
    principal: Principal | None = request.scope.get("principal")
    if principal is None:
        raise GatewayError("unauthenticated", "Nobody is known to call.")
    agent, client = names_of(client_info, request.headers)
    return Call(
        services,
        principal,
        base_url_of(request, services),
        client=client,
        agent=agent,
        request_id=request.scope.get("request_id"),
    )


def base_url_of(request: Request, services: AgentServices) -> str:
    """The wiki's own address: the one set, else the one that the request came to."""
    return services.settings.public_url or f"{request.url.scheme}://{request.url.netloc}"


def names_of(client_info: Any, headers: Mapping[str, str]) -> tuple[str, str]:
    """(agent, client): from MCP's clientInfo, which every request of 2026-07-28 carries; before that only
    `initialize` did, so the User-Agent has to do.
    """
    if client_info is not None and client_info.name:
        agent = _clean(client_info.title or client_info.name)
        return agent, _clean(f"{client_info.name}/{client_info.version}")
    product = _PRODUCT.match(headers.get("user-agent", ""))
    if product is None:
        return UNNAMED, UNNAMED
    agent = UNNAMED if _LIBRARIES.match(product.group(1)) else _clean(product.group(1))
    return agent, _clean(product.group(0))


def _clean(text: str) -> str:
    """One printable line, as a trailer must be."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.encode("utf-8", "replace").decode().split())[:LONGEST] or UNNAMED
