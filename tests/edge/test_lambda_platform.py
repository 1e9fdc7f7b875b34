"""What AWS Lambda does to a process, and what a caller sees of it."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.aws_lambda_size import BODY
from tests.edge.lambdas import ROOT, git_folder, wiki_lambda
from tests.edge.packaged import Packaged
from tests.edge.runtime_api import REQUEST_LIMIT, Front, lambda_front
from tests.wiki_app.git import git

pytestmark = pytest.mark.edge

WITHIN = 3.0


@pytest.fixture(scope="module")
def faults() -> Iterator[Front]:
    """An app that misbehaves, in the wiki's handler, with three seconds for each event."""
    handler = "tests.edge.lambda_faults.handler"
    with lambda_front(ROOT, {}, git_folder(), "function-url", handler=handler, timeout=WITHIN) as front:
        httpx.get(f"{front.url}/done", timeout=60)
        yield front


def get(front: Front, path: str) -> httpx.Response:
    return httpx.get(f"{front.url}{path}", timeout=60)


def test_a_late_answer_is_503_and_the_work_goes_on(faults: Front) -> None:
    late = get(faults, "/slow?seconds=2.5")
    starts = faults.environment.starts
    assert (late.status_code, "look before you repeat" in late.text) == (503, True)

    while "slow" not in get(faults, "/done").text:
        assert get(faults, "/slow?seconds=0.1").text == "at last"
    assert faults.environment.starts == starts


def test_a_process_that_hangs_is_ended_and_the_next_event_has_a_new_one(faults: Front) -> None:
    starts = faults.environment.starts
    stuck, after = get(faults, "/stuck"), get(faults, "/done")

    assert (stuck.status_code, after.status_code) == (503, 200)
    assert faults.environment.starts == starts + 1
    assert faults.faults[-1] == "Task timed out"


def test_half_an_answer_is_never_sent(faults: Front) -> None:
    answer = get(faults, "/half")

    assert answer.status_code == 500
    assert "half" not in answer.text and "secret" not in answer.text


@pytest.mark.parametrize(("size", "status"), [(BODY, 200), (BODY + 60_000, 413)])
def test_an_answer_is_whole_or_refused_with_the_limit(faults: Front, size: int, status: int) -> None:
    before = len(faults.faults)
    answer = get(faults, f"/large?size={size}")

    assert answer.status_code == status
    assert len(answer.content) == size if status == 200 else f"{BODY:,}" in answer.text
    assert len(faults.faults) == before


def test_between_two_events_the_process_stands_still(faults: Front) -> None:
    get(faults, "/done")
    process = faults.environment.process
    assert process is not None
    state = Path(f"/proc/{process.pid}/stat")
    while state.read_text().rpartition(")")[2].split()[0] != "T":
        pass  # it is stopped as soon as it asks for the next event


@pytest.fixture(scope="module")
def wiki(package: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with wiki_lambda(tmp_path_factory.mktemp("lambda") / "data", package=package) as front:
        yield front


def test_a_request_over_the_limit_ends_at_the_platform(wiki: Front) -> None:
    answer = httpx.put(f"{wiki.url}/api/v1/pages/a", content=b"x" * REQUEST_LIMIT, timeout=60)

    assert (answer.status_code, answer.json()) == (413, {"message": "Request Too Long"})


def test_an_attachment_travels_both_ways_up_to_the_limit(wiki: Front) -> None:
    page = f"{wiki.url}/api/v1/pages/home"
    data = bytes(range(256)) * 16_000  # 4.1 MB, and 5.5 MB on its way
    sent = httpx.post(f"{page}/attachments", files={"file": ("a.bin", data)}, timeout=60)
    got = get(wiki, "/home/a/a.bin")

    assert sent.status_code == 201
    assert got.content == data


def test_a_pack_over_the_limit_is_refused_with_a_way_around(package: Packaged, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with wiki_lambda(data, package=package, GIT_WEB_SERVER="True") as front:
        assert get(front, "/api/v1/pages").status_code == 200
        (data / "repository" / "noise.bin").write_bytes(os.urandom(6_000_000))
        git(data / "repository", "add", "noise.bin")
        git(data / "repository", "commit", "-qm", "noise")
        head = git(data / "repository", "rev-parse", "HEAD").strip()
        want = f"want {head} side-band-64k\n"
        body = f"{len(want) + 4:04x}{want}00000009done\n".encode()
        kind = "application/x-git-upload-pack"
        pack = httpx.post(
            f"{front.url}/.git/git-upload-pack",
            content=body,
            headers={"Content-Type": f"{kind}-request", "Accept": f"{kind}-result"},
            timeout=120,
        )
        assert (pack.status_code, pack.json()["code"]) == (413, "too_large")
        assert "--depth 1" in pack.json()["error"]


def test_the_end_leaves_the_store_in_order(package: Packaged, tmp_path: Path) -> None:
    """`lambda_front` itself sees that SIGTERM ends the process, stopped as it is, with exit code 0."""
    data = tmp_path / "data"
    with wiki_lambda(data, package=package) as front:
        for number in range(3):
            assert (
                httpx.put(
                    f"{front.url}/api/v1/pages/p{number}", json={"content": "x\n"}, timeout=60
                ).status_code
                == 201
            )
    assert git(data / "repository", "status", "--porcelain") == ""
    assert not list(data.rglob("*.db-wal")), "a database was not closed"


def test_a_start_that_must_not_be_is_a_failure_for_the_platform_to_count(
    package: Packaged, tmp_path: Path
) -> None:
    with wiki_lambda(tmp_path / "data", package=package, WIKIBOT_ALLOW_ANONYMOUS_WRITE="false") as front:
        answer = get(front, "/healthz")

        assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})
        fault = json.loads(front.faults[0])
        assert fault["errorType"] == "StartError"
        assert re.search(r"nobody has an account", fault["errorMessage"])


def test_a_rebuild_goes_on_while_other_requests_are_answered(package: Packaged, tmp_path: Path) -> None:
    with wiki_lambda(tmp_path / "data", package=package, WIKIBOT_EMBEDDINGS="stand-in") as front:
        started = httpx.post(f"{front.url}/api/v1/reindex", timeout=60)
        while (status := get(front, "/api/v1/reindex/status").json())["status"] == "in_progress":
            pass  # each request gives it the time that it takes itself
        assert started.status_code == 202
        assert status["status"] == "complete" and status["pages_indexed"] == 3


def test_scheduled_work_is_done_and_told(wiki: Front) -> None:
    assert wiki.invoke({"wikibot": "index"}) == {"task": "index", "behind": 0, "published": False}
    clock = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    assert wiki.invoke(clock) == {"task": "index", "behind": 0, "published": False}
    assert wiki.invoke({"wikibot": "dance"})["code"] == "invalid_input"
    assert wiki.faults == []
