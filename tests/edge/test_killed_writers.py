"""kill -9 in the middle of a write, twenty times: what was acknowledged stays, the store stays sound."""

import random
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.edge.history import is_sound
from tests.edge.server import Server, start
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

KILLS = 20
PAGES = [f"p{number:02}" for number in range(40)]


class Batches:
    """Writes all pages in one commit, again and again; remembers the last acknowledged and the last tried."""

    def __init__(self, url: str, first: int) -> None:
        self._url = url
        self.acknowledged = first
        self.tried = first
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with httpx.Client(base_url=self._url, timeout=30) as client:
            while True:
                self.tried = self.acknowledged + 1
                try:
                    edits = self._edits(client)
                    answer = client.post(
                        "/api/v1/batch", json={"edits": edits, "commit_message": f"n{self.tried}"}
                    )
                except httpx.TransportError:
                    return
                assert answer.status_code == 200, answer.text
                self.acknowledged = self.tried

    def _edits(self, client: httpx.Client) -> list[dict[str, object]]:
        pages = client.get("/api/v1/pages", params={"prefix": "p"}).json()["pages"]
        known = {
            page["path"].lower(): client.get(f"/api/v1/pages/{page['path']}").json() for page in pages[:1]
        }
        revision = next(iter(known.values()))["revision"] if known else ""
        return [
            {"op": "write", "path": page, "content": f"{self.tried}\n" + "line\n" * 400, "revision": revision}
            for page in PAGES
        ]

    def join(self) -> None:
        self._thread.join(timeout=60)


def stage(repository: Path) -> str:
    """Where in a write the process died, read from what it left behind."""
    own = repository / ".git" / "wikibot"
    head = git(repository, "rev-parse", "HEAD").strip()
    if list(repository.glob(".git/**/*.lock")):
        return "reference or index locked"
    if not (own / "lock").read_bytes():
        return "between two writes" if (own / "index").read_text() == head else "before the index"
    if (own / "worktree").read_text() != head:
        return "working files"
    return "before the commit"


def kill_inside_a_write(server: Server, chance: random.Random) -> None:
    """Waits for a write to begin, then for a part of its length."""
    lock = server.repository / ".git" / "wikibot" / "lock"
    time.sleep(chance.uniform(0.2, 0.5))
    deadline = time.monotonic() + 10
    while not lock.read_bytes() and time.monotonic() < deadline:
        pass
    time.sleep(chance.uniform(0.0, 0.06))
    server.kill()


def numbers(repository: Path) -> set[str]:
    listed = git(repository, "grep", "-h", "-E", "^[0-9]+$", "HEAD", "--", *(f"{page}.md" for page in PAGES))
    return set(listed.split())


def test_twenty_kills_in_the_middle_of_writes_lose_nothing(tmp_path: Path) -> None:
    chance = random.Random(20)
    stages: Counter[str] = Counter()
    last = 0
    for round_number in range(KILLS):
        server = start(tmp_path / "data", "--workers", "1")
        (server.repository / "home.md").write_text("the owner is writing here\n")
        batches = Batches(server.url, last)
        kill_inside_a_write(server, chance)
        batches.join()
        stages[stage(server.repository)] += 1
        if batches.tried == 1 and batches.acknowledged == 0 and not (server.repository / "p00.md").exists():
            continue
        (number,) = numbers(server.repository)  # a batch is there as a whole, or not at all
        assert batches.acknowledged <= int(number) <= batches.tried, f"round {round_number}"
        last = int(number)
    server = start(tmp_path / "data")
    assert httpx.get(f"{server.url}/api/v1/pages/p07").json()["content"].startswith(f"{last}\n")
    assert server.stop() == 0
    print(f"kills by stage: {dict(stages)}")
    assert len(stages) >= 3, f"the kills hit too few stages: {stages}"
    assert is_sound(server.repository)
    assert git(server.repository, "status", "--porcelain") == " M home.md\n"
    assert (server.repository / "home.md").read_text() == "the owner is writing here\n"
    for page in PAGES:
        assert (server.repository / f"{page}.md").read_text().startswith(f"{last}\n")
