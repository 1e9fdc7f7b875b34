"""A gateway in front of a real wiki, as API Gateway is: it hands on everything, and can spoil one answer."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HOP = {"connection", "transfer-encoding", "keep-alive", "content-encoding", "content-length"}


@dataclass
class Answer:
    """What goes back to the client."""

    status: int
    headers: dict[str, str]
    body: bytes


Spoil = Callable[[str, Answer], None]
"""Gets the method and path, as `GET /readyz`, and the answer to change."""


@dataclass
class Front:
    """`target`: the wiki's own address; `spoil`: what happens to answers."""

    url: str
    target: str = ""
    spoil: Spoil = field(default=lambda asked, answer: None)


@contextmanager
def fronted() -> Iterator[Front]:
    """A running gateway, on a port of loopback."""
    front = Front("")

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            given = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
            came = client.request(self.command, f"{front.target}{self.path}", headers=given, content=body)
            headers = {name: value for name, value in came.headers.items() if name not in HOP}
            answer = Answer(came.status_code, headers, came.content)
            front.spoil(f"{self.command} {self.path.split('?')[0]}", answer)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the names of http.server

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    client = httpx.Client(timeout=60)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    front.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()
        client.close()
        thread.join(timeout=10)
