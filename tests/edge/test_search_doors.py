"""Read your writes through every door of a real server: browser, REST, agents, a push by git. Nothing sleeps.

Who asks next, by words and by meaning, through each of the doors that search, finds the new text, and no
longer the old one. The words stand nowhere else, so that a model without sense finds them too. A query may
say that it is `behind` on a busy machine; then it is asked again.
"""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from tests.edge.server import Server, serving
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

MODES = ("keyword", "hybrid", "semantic")
HIDDEN = re.compile(r"<input[^>]+hidden[^>]*>")
ACCEPT = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
PATIENCE = 60.0
THREADS, ROUNDS = 8, 6


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("doors") / "data"
    environment = {"WIKIBOT_EMBEDDINGS": "stand-in", "GIT_WEB_SERVER": "True"}
    with serving(data, env=environment) as running:
        yield running


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    """Closes what is entered into it."""
    with ExitStack() as stack:
        yield stack


class Door(Protocol):
    """A way to change the wiki."""

    def write(self, page: str, text: str) -> None: ...
    def rename(self, page: str, new: str) -> None: ...
    def delete(self, page: str) -> None: ...


class Browser:
    """The forms of the pages."""

    def __init__(self, server: Server, clients: ExitStack) -> None:
        http = httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=60)
        self._http = clients.enter_context(http)

    def write(self, page: str, text: str) -> None:
        form = self._http.get(f"/{page}/edit").text
        fields = {**_hidden(form), "content": text, "commit": "a save"}
        assert self._http.post(f"/{page}/save", data=fields).status_code == 302

    def rename(self, page: str, new: str) -> None:
        form = self._http.get(f"/{page}/rename").text
        fields = {**_hidden(form), "new_pagename": new, "message": "moved"}
        assert self._http.post(f"/{page}/rename", data=fields).status_code == 302

    def delete(self, page: str) -> None:
        form = self._http.get(f"/{page}/delete").text
        fields = {**_hidden(form), "message": "gone"}
        assert self._http.post(f"/{page}/delete", data=fields).status_code == 302


class Rest:
    """/api/v1."""

    def __init__(self, server: Server, clients: ExitStack) -> None:
        self._http = clients.enter_context(httpx.Client(base_url=f"{server.url}/api/v1/", timeout=60))

    def write(self, page: str, text: str) -> None:
        known = self._http.get(f"pages/{page}")
        revision = {"revision": known.json()["revision"]} if known.status_code == 200 else {}
        self._http.put(f"pages/{page}", json={"content": text, **revision}).raise_for_status()

    def rename(self, page: str, new: str) -> None:
        self._http.post(f"pages/{page}/rename", json={"new_path": new}).raise_for_status()

    def delete(self, page: str) -> None:
        self._http.delete(f"pages/{page}").raise_for_status()

    def search(self, query: str, mode: str) -> dict[str, Any]:
        response = self._http.get("search", params={"q": query, "mode": mode, "limit": 50})
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        return body

    def sections(self, query: str) -> dict[str, Any]:
        response = self._http.get("semantic-search", params={"q": query, "n": 50})
        response.raise_for_status()
        body: dict[str, Any] = response.json()
        return body


class Agent:
    """/mcp."""

    def __init__(self, server: Server, clients: ExitStack) -> None:
        self._http = clients.enter_context(httpx.Client(base_url=server.url, headers=ACCEPT, timeout=60))

    def call(self, tool: str, **arguments: object) -> dict[str, Any]:
        params = {"name": tool, "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        result = self._http.post("/mcp", json=body).json()["result"]
        answer: dict[str, Any] = json.loads(result["content"][0]["text"])
        assert not result.get("isError"), answer
        return answer

    def write(self, page: str, text: str) -> None:
        listed = self.call("search", query=page, mode="keyword")["results"]
        known = any(hit["path"].lower() == page for hit in listed)
        revision = {"revision": self.call("read_page", path=page)["revision"]} if known else {}
        self.call("write_page", path=page, content=text, **revision)

    def rename(self, page: str, new: str) -> None:
        self.call("move_page", path=page, new_path=new)

    def delete(self, page: str) -> None:
        self.call("delete_page", path=page, revision=self.call("read_page", path=page)["revision"])


class Git:
    """A clone, and pushes to /.git."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._at = folder / "clone"
        if not self._at.exists():
            git(folder, "clone", "-q", f"{server.url}/.git", "clone")

    def write(self, page: str, text: str) -> None:
        git(self._at, "pull", "-q", "--rebase")
        (self._at / f"{page}.md").write_text(text)
        self._push()

    def rename(self, page: str, new: str) -> None:
        git(self._at, "mv", f"{page}.md", f"{new}.md")
        self._push()

    def delete(self, page: str) -> None:
        git(self._at, "rm", "-q", f"{page}.md")
        self._push()

    def _push(self) -> None:
        git(self._at, "add", "-A")
        git(self._at, "commit", "-qm", "pushed")
        git(self._at, "push", "-q", "origin", "HEAD")


@dataclass(frozen=True)
class Seekers:
    """Every door that searches, in every mode."""

    rest: Rest
    agent: Agent

    def found(self, query: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        """For each of them its name, and paths and texts of what it found, best first."""
        for mode in MODES:
            yield f"REST {mode}", _hits(lambda mode=mode: self.rest.search(query, mode))
            yield (
                f"MCP {mode}",
                _hits(lambda mode=mode: self.agent.call("search", query=query, mode=mode, limit=50)),
            )
        yield "REST semantic-search", _hits(lambda: self.rest.sections(query))


def _hits(ask: Any) -> list[tuple[str, str]]:
    deadline = time.monotonic() + PATIENCE
    while True:
        body = ask()
        assert time.monotonic() < deadline, "behind for ever"
        if not body.get("behind"):
            return [(hit["path"].lower(), hit.get("text", hit["snippet"]).lower()) for hit in body["results"]]


def _hidden(form: str) -> dict[str, str]:
    """The hidden fields of the page's forms: the session's token, the base revision."""
    fields: dict[str, str] = {}
    for tag in HIDDEN.findall(form):
        name, value = re.search(r'name="?([\w-]+)', tag), re.search(r'value="([^"]*)"', tag)
        if name and value:
            fields[name[1]] = value[1]
    return fields


def door_of(name: str, server: Server, folder: Path, clients: ExitStack) -> Door:
    match name:
        case "browser":
            return Browser(server, clients)
        case "rest":
            return Rest(server, clients)
        case "agent":
            return Agent(server, clients)
        case _:
            return Git(server, folder)


@pytest.mark.parametrize("name", ["browser", "rest", "agent", "git"])
def test_the_next_query_finds_what_was_written_and_nothing_that_is_gone(
    server: Server, tmp_path: Path, clients: ExitStack, name: str
) -> None:
    door = door_of(name, server, tmp_path, clients)
    seekers = Seekers(Rest(server, clients), Agent(server, clients))
    page, moved = f"written-by-{name}", f"moved-by-{name}"

    door.write(page, f"zebra{name}x stripe{name}x\n")
    for where, hits in seekers.found(f"zebra{name}x stripe{name}x"):
        assert hits and hits[0][0] == page and f"zebra{name}x" in hits[0][1], where

    door.write(page, f"giraffe{name}x spot{name}x\n")
    for where, hits in seekers.found(f"giraffe{name}x spot{name}x"):
        assert hits and hits[0][0] == page and f"giraffe{name}x" in hits[0][1], where
    for where, hits in seekers.found(f"zebra{name}x stripe{name}x"):
        assert not [text for _, text in hits if f"zebra{name}x" in text], where

    door.rename(page, moved)
    for where, hits in seekers.found(f"giraffe{name}x spot{name}x"):
        assert hits and hits[0][0] == moved, where
        assert page not in [path for path, _ in hits], where

    door.delete(moved)
    for where, hits in seekers.found(f"giraffe{name}x spot{name}x"):
        assert not {page, moved} & {path for path, _ in hits}, where


def busy(server: Server, number: int) -> None:
    """A page written again and again by one thread; each version is found at once, no other is shown."""
    with ExitStack() as clients:
        rewrite(Rest(server, clients), Agent(server, clients), number)


def rewrite(rest: Rest, agent: Agent, number: int) -> None:
    seekers, page = Seekers(rest, agent), f"busy-{number}"
    for version in range(ROUNDS):
        word = f"thing{number}v{version}"
        rest.write(page, f"{word} {word}\n")
        for where, hits in seekers.found(word):
            assert hits and hits[0][0] == page and word in hits[0][1], (where, word, hits[:2])
    rest.delete(page)
    for where, hits in seekers.found(f"thing{number}v{ROUNDS - 1}"):
        assert page not in [path for path, _ in hits], where


def test_eight_threads_write_and_ask_at_once(server: Server) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        for one in [pool.submit(busy, server, number) for number in range(THREADS)]:
            one.result(300)

    assert httpx.get(f"{server.url}/readyz").status_code == 200
    log = server.log.read_text()
    assert "Traceback" not in log, log[-3000:]
    status = subprocess.run(["git", "-C", str(server.repository), "status", "--porcelain"],
                            capture_output=True, text=True, check=True)  # fmt: skip
    assert status.stdout == ""
