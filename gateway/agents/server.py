"""The MCP server: tools, resources, prompts and instructions put together on FastMCP."""

import logging
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit

from fastmcp import FastMCP
from fastmcp.server.http import StarletteWithLifespan
from starlette.middleware import Middleware

from gateway.agents.call import AgentServices
from gateway.agents.completion import completion
from gateway.agents.exchange import SingleExchange
from gateway.agents.instructions import GENERAL
from gateway.agents.mcp_tool import WikiTool
from gateway.agents.middleware import ForTheCaller
from gateway.agents.prompts import prompts
from gateway.agents.resources import templates
from gateway.agents.tools import TOOLS
from gateway.settings import Settings

PATH = "/mcp"
SECONDS_FRESH = 10
"""How long a client may keep a list or a page (ttlMs); changes are seen at the latest then."""
LISTED_AT_ONCE = 200


def create_server(services: AgentServices) -> FastMCP[None]:
    """The server over open services; it opens and closes nothing itself."""
    _speak_through_the_root_logger()
    tools = {spec.name: WikiTool.of(spec, services) for spec in TOOLS}
    server: FastMCP[None] = FastMCP(
        "wikibot",
        instructions=GENERAL,
        version=_version(),
        middleware=[ForTheCaller(services, tools)],
        mask_error_details=True,
        dereference_schemas=False,  # ours hold no references
        list_page_size=LISTED_AT_ONCE,
        cache_ttl=SECONDS_FRESH,
        cache_scope="private",
        on_duplicate="error",
    )
    for tool in tools.values():
        server.add_tool(tool)
    for template in templates():
        server.add_template(template)
    for prompt in prompts():
        server.add_prompt(prompt)
    server.completion(completion(services))
    _know_schemas(server, tools)
    return server


def _know_schemas(server: FastMCP[None], tools: Mapping[str, WikiTool]) -> None:
    """Tell the SDK where it finds a tool's schema: else it lists all tools for each call (2026-07-28)."""
    schemas = {name: tool.parameters for name, tool in tools.items()}
    server._mcp_server.get_tool_input_schema = schemas.get  # noqa: SLF001  # FastMCP does not hand it on


def create_http_app(server: FastMCP[None], settings: Settings) -> StarletteWithLifespan:
    """One JSON POST for every request, in both eras of the protocol; Host and Origin are checked."""
    return server.http_app(
        path=PATH,
        stateless_http=True,
        json_response=True,
        host_origin_protection=True,
        allowed_hosts=allowed_hosts(settings),
        allowed_origins=[settings.public_url] if settings.public_url else None,
        middleware=[Middleware(SingleExchange, server)],
    )


def allowed_hosts(settings: Settings) -> list[str]:
    """Names that the wiki is reached under; loopback and the address of the connection are always allowed."""
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    bound = settings.host if settings.host not in {"", "::"} and not settings.host.startswith("0.") else None
    return [name for name in (public, bound) if name]


def _version() -> str:
    try:
        return version("wikibot")
    except PackageNotFoundError:  # run from its folder, not installed
        return "0"


def _speak_through_the_root_logger() -> None:
    """FastMCP brings a handler of its own; the wiki's logs have one form."""
    logger = logging.getLogger("fastmcp")
    logger.handlers.clear()
    logger.propagate = True
    logger.setLevel(logging.NOTSET)
    # The SDK tells of the end of a session at each request, though there are none.
    logging.getLogger("mcp.server.streamable_http").setLevel(logging.WARNING)
