"""FastMCP with one tool that does nothing, served as ours is: `python -m bench.empty_agent PORT`."""

import sys

import uvicorn
from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import PlainTextResponse

server = FastMCP("empty")


@server.tool
def nothing() -> dict[str, str]:
    """Does nothing."""
    return {"done": "nothing"}


@server.custom_route("/", methods=["GET"])
async def alive(_request: Request) -> PlainTextResponse:
    """Says that it is up."""
    return PlainTextResponse("up")


if __name__ == "__main__":
    app = server.http_app(path="/mcp", stateless_http=True, json_response=True)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
