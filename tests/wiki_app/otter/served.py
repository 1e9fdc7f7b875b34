"""The served wiki and its visitors, as the tests use them."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.wiki_app.git import git

START_WITHIN = 90.0
"""Seconds, on a busy machine."""
ROOT = Path(__file__).parents[3]
SETTINGS = {"GIT_WEB_SERVER": "True", "RETAIN_PAGE_NAME_CASE": "False", "SITE_NAME": "Test Wiki"}
Files = dict[str, tuple[str, bytes]]
"""Form field to file name and content."""
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')


class Visitor:
    """A browser: cookies, and the CSRF token of the last page with each form."""

    def __init__(self, url: str, name: str) -> None:
        self.http = httpx.Client(base_url=url, cookies={"as": name}, follow_redirects=True, timeout=60)

    def get(self, path: str, status: int = 200) -> str:
        """The page at `path`."""
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def token(self, path: str = "/-/about") -> str:
        """The session's token as the page at `path` shows it."""
        found = TOKEN.search(self.http.get(path).text)
        assert found
        return found.group(1)

    def post(self, path: str, status: int = 200, files: Files | None = None, **fields: str) -> str:
        """Sends a form."""
        return self.send(path, fields, status, files)

    def send(
        self, path: str, fields: Mapping[str, str], status: int = 200, files: Files | None = None
    ) -> str:
        """Sends a form whose fields have any names."""
        data = {**fields, "csrf_token": self.token()}
        answer = self.http.post(path, data=data, files=files)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def save(self, page: str, content: str, message: str = "saved") -> str:
        """Saves a page in the editor; the page that follows."""
        return self.post(f"/{page}/save", content=content, commit=message)

    def upload(self, page: str, name: str, data: bytes) -> str:
        """Attaches a file."""
        return self.post(f"/{page}/attachments", files={"file": (name, data)}, message="attached")


def _port(data: Path, process: "subprocess.Popen[bytes]") -> int:
    deadline = time.monotonic() + START_WITHIN
    while not (data / "port").exists():
        assert process.poll() is None and time.monotonic() < deadline, (data / "log").read_text()[-3000:]
        time.sleep(0.05)
    return int((data / "port").read_text())


class ServedWiki:
    """A wiki in a process of its own."""

    def __init__(self, data: Path, url: str) -> None:
        self.data = data
        self.url = url
        self.repository = data / "repository"
        self._visitors: list[Visitor] = []

    @classmethod
    @contextmanager
    def start(
        cls, data: Path, config: dict[str, object] | None = None, **settings: str
    ) -> Iterator["ServedWiki"]:
        """Starts it, with fields of OtterConfig and settings of Otter Wiki, and ends it again."""
        arguments = [str(data), json.dumps(SETTINGS | settings), json.dumps(config or {})]
        command = [sys.executable, "-m", "tests.wiki_app.otter.server", *arguments]
        with (data / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        wiki = cls(data, f"http://127.0.0.1:{_port(data, process)}")
        try:
            yield wiki
        finally:
            for visitor in wiki._visitors:
                visitor.http.close()
            process.terminate()
            assert process.wait(60) in {0, -15}

    def visitor(self, name: str = "ada") -> Visitor:
        """A new browser of one of the callers in `server.CALLERS`."""
        visitor = Visitor(self.url, name)
        self._visitors.append(visitor)
        return visitor

    def git(self, *args: str) -> str:
        """What git says about the repository."""
        return git(self.repository, *args)
