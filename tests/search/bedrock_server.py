"""A server that speaks Bedrock's InvokeModel as Titan Text Embeddings V2 does, and fails as it is told.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import numpy as np
import pytest


@dataclass(frozen=True)
class Failure:
    """One answer that is no embedding: an error with its code, a late one, or one of another size."""

    status: int = 200
    code: str = ""
    delay: float = 0.0
    dimensions: int = 0
    body: bytes | None = None


@dataclass
class BedrockServer:
    """`failures` are given out first, one a call; `most` is how many calls were under way at a time."""

    failures: deque[Failure] = field(default_factory=deque)
    delay: float = 0.0
    calls: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> str:
        """Its address."""
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        """Status, error code and body of one call."""
        request = json.loads(body)
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.calls.append((unquote(path), request["inputText"]))
            failure = self.failures.popleft() if self.failures else Failure(delay=self.delay)
        time.sleep(failure.delay)
        with self._lock:
            self._now -= 1
        if failure.status != 200:
            return failure.status, failure.code, json.dumps({"message": f"said {failure.code}"}).encode()
        return (
            200,
            "",
            failure.body or titan(request["inputText"], failure.dimensions or request["dimensions"]),
        )

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                status, code, body = server.answer(self.path, self.rfile.read(length))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if code:
                    self.send_header("x-amzn-ErrorType", code)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def titan(text: str, dimensions: int) -> bytes:
    """The same vector for the same text."""
    seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
    row = np.random.default_rng(seed).standard_normal(dimensions)
    row /= np.linalg.norm(row)
    return json.dumps({"embedding": row.tolist(), "inputTextTokenCount": len(text.split())}).encode()


@contextmanager
def bedrock_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[BedrockServer]:
    """Reached as the SDK reaches AWS: by its own environment variables."""
    server = BedrockServer()
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", server.start())
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    try:
        yield server
    finally:
        server.stop()
