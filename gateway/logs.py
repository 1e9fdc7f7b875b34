"""Logs: one JSON object a line on standard error, each with the id of the request that it belongs to."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# Their lines repeat our access log, are written for a terminal, hold whole addresses and so their secrets, or
# tell of attempts that look like errors (FAISS: each set of instructions that its wheel has no build for).
QUIET = {
    "uvicorn.access": logging.CRITICAL,
    "uvicorn.error": logging.WARNING,
    "mangum.http": logging.WARNING,
    "httpx": logging.WARNING,
    "faiss.loader": logging.WARNING,
    "mcp.server.streamable_http_manager": logging.WARNING,
}


class JsonLines(logging.Formatter):
    """time (UTC), level, logger, message, request_id, the fields of `extra={"fields": …}`, and the trace."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, ASCII, without control characters: nothing that a caller sends can forge a line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure(level: str) -> None:
    """Send everything through one handler; a second call only changes the level."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(least)
