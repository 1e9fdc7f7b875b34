"""A keep-alive HTTP client that times one request at a time and keeps a session's cookies."""

import http.client
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

TOKEN = re.compile(rb'name="?csrf[-_]token"? (?:content|value)="?([^"\s>]+)')


class NoAnswer(Exception):
    """The server gave no answer within the time-out, or closed the connection."""


@dataclass(frozen=True)
class Answer:
    """One answer. `seconds` from the first byte sent to the last byte read."""

    status: int
    body: bytes
    encoding: str
    seconds: float

    def json(self) -> dict[str, object]:
        """The body as a JSON object; empty when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def path_of(key: str) -> str:
    """A page's key as it stands in an address."""
    return quote(key, safe="/")


@dataclass
class Client:
    """One connection and one session. Not for several threads."""

    port: int
    timeout: float
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None
    _token: str = ""

    def get(self, path: str) -> Answer:
        """GET. Raises NoAnswer."""
        return self._request("GET", path, None, {})

    def send(
        self, method: str, path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request with a JSON body. Raises NoAnswer."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._request(method, path, json.dumps(body).encode(), sent)

    def form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """A form as a browser sends it, with the session's token. Raises NoAnswer."""
        body = urlencode({"csrf_token": self._session_token(), **fields}).encode()
        return self._request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self) -> None:
        """Ends the connection; the session's cookies stay."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _session_token(self) -> str:
        if not self._token:
            found = TOKEN.search(self.get("/-/create").body)
            self._token = found[1].decode() if found else ""
        return self._token

    def _request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept-Encoding": "identity", **headers, **({"Cookie": cookie} if cookie else {})}
        start = time.perf_counter()
        try:
            connection = self._connected()
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer(type(error).__name__) from error
        seconds = time.perf_counter() - start
        self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
        return Answer(response.status, data, response.headers.get("Content-Encoding", "identity"), seconds)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        return self._connection

    def _keep_cookies(self, headers: list[str]) -> None:
        for header in headers:
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
