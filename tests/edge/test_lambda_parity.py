"""The same requests to uvicorn and to a Lambda, over one data folder: the same answers, header by header."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import httpx
import pytest

from tests.edge.lambda_events import Kind
from tests.edge.lambdas import wiki_lambda
from tests.edge.packaged import Packaged
from tests.edge.runtime_api import Front
from tests.edge.server import Server, serving
from tests.wiki_app.git import commit_file

pytestmark = pytest.mark.edge

ORIGIN = "https://wiki.example.org"
OPEN = {
    "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
    "WIKIBOT_PUBLIC_URL": ORIGIN,
    "WIKIBOT_EMBEDDINGS": "none",
    "GIT_WEB_SERVER": "True",
}
# uvicorn stands behind a proxy with TLS there, as the Lambda does behind AWS.
BEHIND_PROXY = {**OPEN, "WIKIBOT_TRUSTED_PROXIES": "127.0.0.1"}
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "wiki.example.org"}
# Headers that may differ, with the reason.
DIFFER = {
    "date": "uvicorn says when, AWS adds its own",
    "x-request-id": "one for each request",
    "connection": "of one hop (RFC 9110 section 7.6.1)",
    "transfer-encoding": "of one hop; a Lambda's answer is whole",
    "content-length": "a Lambda's answer always has one; a compressed page's differs with its token",
}
OF_A_FILE = {"last-modified": "when it was installed, or unpacked", "etag": "holds that time"}
VALUE = re.compile(r"=[^;]*")
TOKEN = re.compile(rb'((?:csrf|form)[-_]token"? (?:content|value)="?)[^"\s>]+')
"""A new one for each visitor without cookies."""
AGE = re.compile(rb'(class="datetime" title=")[^"]* ago"')
"""Of a revision, to the second, when it was asked for; the time itself stands beside it."""


@dataclass(frozen=True)
class Asked:
    """One request; `only` names the kinds of front that can answer it as uvicorn does."""

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    only: tuple[Kind, ...] = ("http-api", "function-url")

    def __str__(self) -> str:
        return f"{self.method} {self.path} {' '.join(self.headers)}".strip()


JSON = {"Content-Type": "application/json"}
GZIP = {"Accept-Encoding": "gzip"}
MCP = {**JSON, "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
LIST = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}'
WHOLE: tuple[Kind, ...] = ("function-url",)

TABLE = [
    Asked("/healthz"),
    Asked("/"),
    Asked("/home"),
    Asked("/", "HEAD"),
    Asked("/home", headers=GZIP),
    Asked("/static/css/halfmoon.min.css", headers=GZIP),
    Asked("/static/img/otter.png"),
    Asked("/nowhere"),
    Asked("/nowhere", "DELETE"),
    Asked("/a%20b"),
    Asked("/100%25"),
    Asked("/%C3%BCber"),
    Asked("/why%3F", only=WHOLE),
    Asked("/why%3F.md", only=WHOLE),
    Asked("/?path=why%3F"),
    Asked("/?path=why%3F.md"),
    Asked("/?path=why%3F?edit"),
    Asked("/?path=100%25/history"),
    Asked("/?path=mcp"),
    Asked("/a%2520b"),
    Asked("/a+b"),
    Asked("/home.md"),
    Asked("/llms.txt"),
    Asked("/-/search?query=otter+%26+%3F"),
    Asked("/api/v1/pages"),
    Asked("/api/v1/pages?prefix=%C3%BC"),
    Asked("/api/v1/pages/home"),
    Asked("/api/v1/pages/home", "HEAD"),
    Asked("/api/v1/pages/a%20b"),
    Asked("/api/v1/pages/100%25"),
    Asked("/api/v1/pages/%C3%BCber"),
    Asked("/api/v1/pages/why%3F", only=WHOLE),
    Asked("/api/v1/page?path=why%3F"),
    Asked("/api/v1/page?path=100%25"),
    Asked("/api/v1/pages/nowhere"),
    Asked("/api/v1/pages/home", "PATCH", JSON, b"{"),
    Asked("/api/v1/pages/home", "PUT", JSON, b'{"content": 5}'),
    Asked("/api/v1/openapi.json"),
    Asked("/api/v1"),
    Asked("/mcp"),
    Asked("/mcp", "POST", MCP, LIST),
    Asked("/mcp", "POST", {**MCP, "Accept-Encoding": "gzip"}, LIST),
    Asked("/mcp", "POST", {"Authorization": "Bearer wrong", **MCP}, LIST),
    Asked("/-/login"),
    Asked("/-/login", "OPTIONS"),
    Asked("/.git/info/refs?service=git-upload-pack"),
    Asked("/.well-known/oauth-protected-resource/mcp"),
    Asked("/api/v1/pages", headers={"Authorization": "Bearer wrong"}),
    Asked("/-/admin", headers={"X-Otterwiki-Email": "boss@example.org", "X-Otterwiki-Permissions": "ADMIN"}),
    Asked("/home", headers={"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}),
    Asked("/home", headers={"Cookie": "a=1; session=forged; b=2"}),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wiki whose names are what servers like to stumble over."""
    data = tmp_path_factory.mktemp("parity") / "data"
    with serving(data, "--host", "0.0.0.0", env=OPEN):
        pass
    for name in ("a b", "100%", "über", "why?", "a%20b", "a+b"):
        commit_file(data / "repository", f"{name}.md", f"# {name}\n\notter\n", "by hand")
    return data


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serving(folder, "--host", "0.0.0.0", env=BEHIND_PROXY) as running:
        yield running


@pytest.fixture(scope="module", params=["http-api", "function-url"])
def front(request: pytest.FixtureRequest, folder: Path, server: Server, package: Packaged) -> Iterator[Front]:
    """The unpacked package, in its runtime's Python (DECISIONS 41)."""
    with wiki_lambda(folder, request.param, package, **OPEN) as running:
        yield running


def ask(url: str, asked: Asked, proxy: Mapping[str, str] = MappingProxyType({})) -> httpx.Response:
    """Nothing is sent but what the table says, and what a proxy sets."""
    headers = {"Accept-Encoding": "identity", "Host": "wiki.example.org", **asked.headers, **proxy}
    with httpx.Client(headers={"User-Agent": "parity"}, timeout=60) as http:
        target = httpx.URL(url).copy_with(raw_path=asked.path.encode())
        return http.request(asked.method, target, headers=headers, content=asked.body)


def comparable(answer: httpx.Response, kind: str = "") -> dict[str, object]:
    """Status, headers and body, without what differs from answer to answer."""
    headers: dict[str, object] = {
        name.lower(): ", ".join(answer.headers.get_list(name))
        for name in answer.headers
        if name.lower() not in DIFFER and name.lower() != "set-cookie"
        if not (name.lower() in OF_A_FILE and answer.url.path.startswith("/static/"))
    }
    if kind == "http-api" and "x-amzn-remapped-www-authenticate" in headers:
        headers["www-authenticate"] = headers.pop("x-amzn-remapped-www-authenticate")
    if "allow" in headers:  # a set, which Flask writes in any order
        headers["allow"] = sorted(str(headers["allow"]).split(", "))
    cookies = [VALUE.sub("", cookie, count=1) for cookie in answer.headers.get_list("set-cookie")]
    body = AGE.sub(rb'\1ago"', TOKEN.sub(rb"\1", answer.content))
    return {"status": answer.status_code, "headers": headers, "cookies": cookies, "body": body}


@pytest.mark.parametrize("asked", TABLE, ids=str)
def test_a_lambda_answers_as_uvicorn_does(server: Server, front: Front, asked: Asked) -> None:
    ours = comparable(ask(front.url, asked), front.kind)
    theirs = comparable(ask(server.url, asked, PROXY))

    if front.kind in asked.only:
        assert ours == theirs
    else:
        assert ours["status"] == 404, "an HTTP API cuts the path at the question mark"
    assert front.faults == []
