"""One request of the earlier eras (`initialize`, up to 2025-11-25) answered without a session of its own.

The SDK serves such a request, where there are no sessions, with a transport, a dispatcher and two tasks that
speak through four streams, and ends them all after the answer: 25 turns of the event loop and a third of a
call's time. For 2026-07-28 it calls its handler directly (mcp.server.runner.serve_one), and so this does.

Only a whole, well-formed request is taken; everything else goes on to the SDK, whose refusals stay its own.
tests/gateway/agents/test_exchange.py compares the answers with the SDK's, byte by byte; with another SDK than
the one compared with, every request goes on.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import anyio
import pydantic_core
from fastmcp import FastMCP
from mcp.server.connection import Connection
from mcp.server.runner import serve_one
from mcp.server.streamable_http import check_accept_headers
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp.shared.jsonrpc_dispatcher import handler_exception_to_error_data
from mcp.shared.message import ServerMessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp_types import DEFAULT_NEGOTIATED_VERSION, ErrorData, JSONRPCRequest, jsonrpc_message_adapter
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COMPARED_WITH = "2.3."
"""Versions of the SDK that were compared with this."""
JSON = "application/json"
NO_STATE: Mapping[str, Any] = {}
"""What the server's lifespan gives its requests: ours has none."""

log = logging.getLogger(__name__)


@dataclass
class Exchange:
    """The SDK's DispatchContext for one POST: nothing but the answer goes back to the client."""

    request_id: str | int
    message_metadata: ServerMessageMetadata
    transport: TransportContext = field(
        default_factory=lambda: TransportContext(kind="streamable-http", can_send_request=False)
    )
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)
    can_send_request: bool = False

    async def send_raw_request(
        self, method: str, _params: Mapping[str, Any] | None, _opts: CallOptions | None = None
    ) -> dict[str, Any]:
        """Raises NoBackChannelError: the client's reply would have nowhere to go."""
        raise NoBackChannelError(method)

    async def notify(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> None:
        """Goes nowhere: the answer is one JSON object."""

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Goes nowhere, too."""


class SingleExchange:
    """Middleware of FastMCP's app, inside its guard of Host and Origin."""

    def __init__(self, app: ASGIApp, server: FastMCP[None]) -> None:
        self._app = app
        self._server = server._mcp_server  # noqa: SLF001  # FastMCP has no other name for it
        self._known = version("mcp").startswith(COMPARED_WITH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http" or not self._known:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if not _is_ours(request):
            await self._app(scope, receive, send)
            return
        first = await receive()
        message = _message(first)
        if message is None:
            await self._app(scope, _again(first, receive), send)
            return
        body = await self._answered(message, request)
        await Response(body, media_type=JSON)(scope, receive, send)

    async def _answered(self, message: JSONRPCRequest, request: Request) -> bytes:
        era = request.headers.get(MCP_PROTOCOL_VERSION_HEADER, DEFAULT_NEGOTIATED_VERSION)
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": message.id}
        try:
            answer["result"] = await serve_one(
                self._server,
                Exchange(message.id, ServerMessageMetadata(request_context=request, can_send_request=False)),
                message.method,
                message.params,
                connection=Connection.from_envelope(era, None, None),
                lifespan_state=NO_STATE,
            )
        except Exception as error:  # noqa: BLE001  # the SDK's dispatcher makes an answer of each, too
            answer["error"] = _error(error, message.method).model_dump(by_alias=True, exclude_unset=True)
        return pydantic_core.to_json(answer)


def _error(error: Exception, method: str) -> ErrorData:
    known = handler_exception_to_error_data(error)
    if known is None:
        log.error("handler for %r raised", method, exc_info=error)
    return known or ErrorData(code=0, message=str(error))


def _is_ours(request: Request) -> bool:
    era = request.headers.get(MCP_PROTOCOL_VERSION_HEADER)
    return (
        request.method == "POST"
        and (era is None or era in HANDSHAKE_PROTOCOL_VERSIONS)
        and check_accept_headers(request)[0]
        and request.headers.get("content-type", "").partition(";")[0].strip() == JSON
    )


def _message(first: Message) -> JSONRPCRequest | None:
    """The request in a body that came whole; None for notifications, answers and what is none of these."""
    if first["type"] != "http.request" or first.get("more_body", False):
        return None
    try:
        message = jsonrpc_message_adapter.validate_python(
            pydantic_core.from_json(first.get("body", b"")), by_name=False
        )
    except (ValueError, ValidationError):
        return None
    return message if isinstance(message, JSONRPCRequest) else None


def _again(message: Message, receive: Receive) -> Receive:
    """Hands out a message that was read already, then what follows."""
    messages = [message]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
