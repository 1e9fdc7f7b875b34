"""What the official conformance suite calls by name: tools, resources and prompts of its own.

Each scenario of the suite describes the server that it needs; this is that server. It holds nothing of the
wiki: it stands in the place of the wiki's tools, behind the same gateway.
"""

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.prompts import Message
from fastmcp.server.context import Context
from fastmcp.tools.base import ToolResult
from fastmcp.tools.function_tool import FunctionTool
from mcp.shared.exceptions import MCPError
from mcp_types import (
    Completion,
    EmptyResult,
    SamplingMessage,
    SubscribeRequestParams,
    UnsubscribeRequestParams,
)
from mcp_types.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY
from pydantic import BaseModel, Field

from tests.edge.conformance.asking import add_asking
from tests.edge.conformance.blocks import audio, embedded, image, png, text

PAUSE = 0.05


def fixture_server() -> FastMCP[None]:
    """The server with all of them."""
    server: FastMCP[None] = FastMCP(
        "wikibot-conformance", dereference_schemas=False, cache_ttl=10, cache_scope="private"
    )
    for add in (_add_content, _add_notifying, _add_questions, _add_schemas, _add_resources, _add_prompts):
        add(server)
    add_asking(server)
    _add_subscriptions(server)
    return server


def _add_subscriptions(server: FastMCP[None]) -> None:
    """Before 2026-07-28 a client could watch a resource; FastMCP offers none, the SDK below it does."""

    async def accept(context: Any, params: Any) -> EmptyResult:
        return EmptyResult()

    low = server._mcp_server
    low.add_request_handler("resources/subscribe", SubscribeRequestParams, accept)
    low.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, accept)


def _add_content(server: FastMCP[None]) -> None:
    @server.tool(name="test_simple_text")
    async def simple() -> str:
        """Text."""
        return "This is a simple text response for testing."

    @server.tool(name="test_image_content")
    async def picture() -> ToolResult:
        """An image."""
        return ToolResult([image()])

    @server.tool(name="test_audio_content")
    async def sound() -> ToolResult:
        """A sound."""
        return ToolResult([audio()])

    @server.tool(name="test_embedded_resource")
    async def resource() -> ToolResult:
        """A resource."""
        said = "This is an embedded resource content."
        return ToolResult([embedded("test://embedded-resource", "text/plain", said)])

    @server.tool(name="test_multiple_content_types")
    async def mixed() -> ToolResult:
        """All of them."""
        inner = embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}')
        return ToolResult([text("Multiple content types test:"), image(), inner])

    @server.tool(name="test_error_handling")
    async def failing() -> str:
        """An error."""
        raise ToolError("This tool intentionally returns an error for testing")


def _add_notifying(server: FastMCP[None]) -> None:
    @server.tool(name="test_tool_with_logging")
    async def logging(context: Context) -> str:
        """Three log messages."""
        for said in ("Tool execution started", "Tool processing data", "Tool execution completed"):
            await context.info(said)
            await asyncio.sleep(PAUSE)
        return "Three messages were sent."

    @server.tool(name="test_logging_tool")
    async def quiet(context: Context) -> str:
        """A log message that nobody asked for, and nobody gets."""
        await context.info("for those who listen")
        return "Logged."

    @server.tool(name="test_tool_with_progress")
    async def progress(context: Context) -> str:
        """Three reports of progress."""
        for done in (0, 50, 100):
            await context.report_progress(done, 100)
            await asyncio.sleep(PAUSE)
        return "Done."


class Status(StrEnum):
    active = "active"
    inactive = "inactive"
    pending = "pending"


class User(BaseModel):
    username: str = Field(description="User's response")
    email: str = Field(description="User's email address")


class Defaults(BaseModel):
    name: str = "John Doe"
    age: int = 30
    score: float = 95.5
    status: Status = Status.active
    verified: bool = True


def _choices(prefix: str, names: list[str], word: str) -> list[dict[str, str]]:
    return [{"const": f"{prefix}{n}", "title": f"{name} {word}"} for n, name in enumerate(names, 1)]


OPTIONS = ["option1", "option2", "option3"]
ORDINALS = ["First", "Second", "Third"]
ENUMS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": OPTIONS},
        "titledSingle": {"type": "string", "oneOf": _choices("value", ORDINALS, "Option")},
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": OPTIONS}},
        "titledMulti": {"type": "array", "items": {"anyOf": _choices("value", ORDINALS, "Choice")}},
    },
}


def _add_questions(server: FastMCP[None]) -> None:
    """Questions in the middle of a call, as they were asked before 2026-07-28."""

    @server.tool(name="test_sampling")
    async def sampling(prompt: str, context: Context) -> str:
        """Ask the client's model."""
        message = SamplingMessage(role="user", content=text(prompt))
        answer = await context.session.create_message(
            [message], max_tokens=100, related_request_id=context.request_id
        )
        return f"LLM response: {answer.content}"

    @server.tool(name="test_elicitation")
    async def elicitation(message: str, context: Context) -> str:
        """Ask the user."""
        return await _form(context, message, User.model_json_schema())

    @server.tool(name="test_elicitation_sep1034_defaults")
    async def defaults(context: Context) -> str:
        """Ask with defaults."""
        schema = Defaults.model_json_schema()
        schema["properties"]["status"] = {"type": "string", "enum": list(Status), "default": "active"}
        return await _form(context, "Please review", {"type": "object", "properties": schema["properties"]})

    @server.tool(name="test_elicitation_sep1330_enums")
    async def enums(context: Context) -> str:
        """Ask for choices."""
        return await _form(context, "Please choose", ENUMS)

    @server.tool(name="test_missing_capability")
    async def capability(context: Context) -> str:
        """What needs a client with sampling."""
        declared = context.session.client_capabilities
        if declared is None or declared.sampling is None:
            raise MCPError(
                MISSING_REQUIRED_CLIENT_CAPABILITY,
                "This needs a client with sampling.",
                {"requiredCapabilities": {"sampling": {}}},
            )
        return "The client can sample."


async def _form(context: Context, message: str, schema: dict[str, Any]) -> str:
    answer = await context.session.elicit(
        message=message, requested_schema=schema, related_request_id=context.request_id
    )
    return f"Elicitation completed: action={answer.action}, content={json.dumps(answer.content or {})}"


SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def _add_schemas(server: FastMCP[None]) -> None:
    async def schema(name: str = "") -> str:
        return f"Hello {name}"

    described = "A schema with the words of 2020-12"
    server.add_tool(
        FunctionTool(fn=schema, name="json_schema_2020_12_tool", description=described, parameters=SCHEMA)
    )

    @server.tool(name="test_custom_headers")
    async def headers(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> str:
        """An argument that travels in a header too."""
        return f"Region: {region}"


def _add_resources(server: FastMCP[None]) -> None:
    @server.resource("test://static-text", mime_type="text/plain")
    async def static_text() -> str:
        """Text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    async def static_binary() -> bytes:
        """Bytes."""
        return png()

    @server.resource("test://watched-resource", mime_type="text/plain")
    async def watched() -> str:
        """Text that could change."""
        return "Watched."

    @server.resource("test://template/{id}/data", mime_type="application/json")
    async def template(id: str) -> str:
        """Text by a template."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def _add_prompts(server: FastMCP[None]) -> None:
    @server.prompt(name="test_simple_prompt")
    async def simple() -> str:
        """A prompt."""
        return "This is a simple prompt for testing."

    @server.prompt(name="test_prompt_with_arguments")
    async def arguments(arg1: str, arg2: str) -> str:
        """A prompt with arguments."""
        return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"

    @server.prompt(name="test_prompt_with_embedded_resource")
    async def resource(resourceUri: str) -> list[Message]:  # noqa: N803  # the suite's name
        """A prompt with a resource."""
        inner = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
        return [Message(inner), Message("Please process the embedded resource above.")]

    @server.prompt(name="test_prompt_with_image")
    async def picture() -> list[Message]:
        """A prompt with an image."""
        return [Message(image()), Message("Please analyze the image above.")]

    @server.completion
    async def complete(reference: Any, argument: Any, context: Any) -> Completion:
        """What begins so."""
        values = [word for word in ("paris", "park", "party") if word.startswith(argument.value)]
        return Completion(values=values, total=len(values), has_more=False)
