"""HTTP requests on loopback to events for an environment: what API Gateway and function URLs do on AWS."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.edge.lambda_events import Answer, Kind, Request, answer_of, event_of, size_of
from tests.edge.runtime_api import REQUEST_LIMIT, Environment

TOO_LONG = Answer(413, [("content-type", "application/json")], b'{"message":"Request Too Long"}')
LATE = Answer(503, [("content-type", "application/json")], b'{"message":"Service Unavailable"}')


@contextmanager
def serve_http(environment: Environment, kind: Kind) -> Iterator[str]:
    """The address of a front of this kind."""
    server = _Front(environment, kind)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Front(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, environment: Environment, kind: Kind) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.environment, self.kind = environment, kind

    def answer(self, request: Request) -> Answer:
        """One request through one event."""
        event = event_of(request, self.kind)
        if size_of(event) > REQUEST_LIMIT:
            return TOO_LONG
        invocation = self.environment.invoke(event)
        if invocation.fault == "Task timed out":
            return LATE
        return answer_of(invocation.answer, self.kind)


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Front

    def __getattr__(self, name: str) -> Callable[[], None]:
        """do_GET, do_PUT …: every method is treated alike."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        target = self.requestline.split(" ")[1]  # self.path has lost repeated slashes
        request = Request(self.command, target, self.headers.items(), self._body(), self.client_address[0])
        self._send(self.server.answer(request))

    def log_message(self, *_args: object) -> None:
        """Silent."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _send(self, answer: Answer) -> None:
        bare = self.command == "HEAD" or answer.status in {204, 304}
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if not bare:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if not bare:
            self.wfile.write(answer.body)
        self.wfile.flush()
