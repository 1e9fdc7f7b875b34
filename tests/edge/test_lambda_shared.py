"""Two Lambdas on one data folder: each is a process of its own, and neither knows of the other."""

import threading
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from tests.edge.lambdas import wiki_lambda
from tests.edge.runtime_api import Front
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

EACH = 500


def write_all(front: Front, name: str, failed: list[str]) -> None:
    with httpx.Client(base_url=front.url, timeout=120) as http:
        for number in range(EACH):
            content = {"content": f"page {number} of {name}\n"}
            answer = http.put(f"/api/v1/pages/{name}/{number}", json=content)
            if answer.status_code != 201:
                failed.append(f"{name}/{number}: {answer.status_code} {answer.text}")


def test_a_thousand_pages_of_two_lambdas_are_all_there(tmp_path: Path) -> None:
    data = tmp_path / "data"
    repository, failed = data / "repository", list[str]()
    with wiki_lambda(data) as left, wiki_lambda(data, "function-url") as right:
        for front in (left, right):
            assert httpx.get(f"{front.url}/api/v1/pages", timeout=60).status_code == 200
        before = int(git(repository, "rev-list", "--count", "HEAD"))
        threads = [
            threading.Thread(target=write_all, args=(front, name, failed))
            for front, name in ((left, "left"), (right, "right"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=600)
        listed = [
            httpx.get(f"{front.url}/api/v1/pages?prefix=", timeout=60).json() for front in (left, right)
        ]

        assert failed == left.faults == right.faults == []
        assert listed[0] == listed[1]
        assert {f"{side}/{number}" for side in ("left", "right") for number in range(EACH)} <= {
            page["path"].lower() for page in listed[0]["pages"]
        }
        assert int(git(repository, "rev-list", "--count", "HEAD")) - before == 2 * EACH
        assert took_turns(repository) > EACH // 10, "they did not write at the same time"
        assert_seen_in_the_next_request(left, right)
    assert git(repository, "status", "--porcelain") == ""


def took_turns(repository: Path) -> int:
    """How often a commit of the one follows one of the other."""
    names = git(repository, "log", "--format=", "--name-only", f"-{2 * EACH}").split()
    sides = [name.partition("/")[0] for name in names]
    return sum(one != other for one, other in pairwise(sides))


def assert_seen_in_the_next_request(left: Front, right: Front) -> None:
    for number, (writer, reader) in enumerate([(left, right), (right, left)] * 5):
        page = f"/api/v1/pages/seen/{number}"
        written = httpx.put(f"{writer.url}{page}", json={"content": f"{number}\n"}, timeout=60).json()
        read = httpx.get(f"{reader.url}{page}", timeout=60).json()
        assert (read["content"], read["revision"]) == (f"{number}\n", written["revision"])
