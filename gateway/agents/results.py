"""Results as MCP has them. Text and structured content are the same object: some clients show only one."""

import json
from base64 import b64encode

from fastmcp.tools.base import ToolResult
from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent

from gateway.agents.spec import Answer, Body
from gateway.agents.tokens import MOST, fits


def result_of(answer: Body | Answer) -> ToolResult:
    """A success."""
    body, picture = (answer.body, answer.picture) if isinstance(answer, Answer) else (answer, None)
    body, text = _written(body)
    if not fits(text, MOST):
        return refusal_of(TOO_LONG)
    content: list[ContentBlock] = [TextContent(type="text", text=text)]
    if picture:
        data = b64encode(picture.data).decode("ascii")
        content.append(ImageContent(type="image", data=data, mime_type=picture.mime_type))
    return ToolResult.from_mcp_result(CallToolResult(content=content, structured_content=body))


def refusal_of(body: Body) -> ToolResult:
    """An error; all of it stands in the text."""
    body, text = _written(body)
    if not fits(text, MOST):
        body, text = _written({name: body[name] for name in ("error", "code", "next_step") if name in body})
    content = [TextContent(type="text", text=text)]
    return ToolResult.from_mcp_result(
        CallToolResult(content=list(content), structured_content=body, is_error=True)
    )


def _written(body: Body) -> tuple[Body, str]:
    """The body and its JSON; halves of surrogate pairs, which UTF-8 does not know, are replaced in both."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode()
        body = json.loads(text)
    return body, text


TOO_LONG: Body = {
    "error": "The result is larger than a result may be.",
    "code": "too_large",
    "next_step": "Ask for less: a smaller limit, one section, or fewer pages.",
}
