"""`make smoke`: all is well with a wiki that is well, and each check fails for its own reason."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.smoke.__main__ import main
from infra.smoke.checks import CHECKS
from tests.auth.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.edge.consenting import ANN, add_account
from tests.edge.server import serving, wikibot
from tests.edge.smoke.gateway import Answer, Front, Spoil, fronted

pytestmark = pytest.mark.edge

ROOT = Path(__file__).parents[3]
NAMES = [name for name, _ in CHECKS]


@dataclass(frozen=True)
class Deployed:
    """A wiki with a sign-in provider behind a gateway, and a file with a token that may write."""

    front: Front
    token_file: Path


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    data = tmp_path_factory.mktemp("smoke") / "data"
    add_account(data)
    made = wikibot("token", "create", "--name", "smoke", "--user", ANN, "--data", str(data))
    assert made.returncode == 0, made.stderr
    token_file = data.parent / "token"
    token_file.write_text(made.stdout, encoding="utf-8")
    with provider() as issuer, fronted() as front:
        variables = {
            "WIKIBOT_PUBLIC_URL": front.url,
            "WIKIBOT_AUTHKIT_DOMAIN": issuer.url,
            "WIKIBOT_AUTHKIT_CLIENT_ID": CLIENT_ID,
            "WIKIBOT_AUTHKIT_CLIENT_SECRET": CLIENT_SECRET,
            "WIKIBOT_ADMIN_EMAIL": ANN,
            "WIKIBOT_EMBEDDINGS": "none",
            "READ_ACCESS": "APPROVED",
        }
        with serving(data, env=variables) as server:
            front.target = server.url
            yield Deployed(front, token_file)
    token_file.unlink()  # the search for secrets at the end of the run is right to call it one


@pytest.fixture(autouse=True)
def whole(deployed: Deployed) -> Iterator[None]:
    """Each test begins and ends with a gateway that hands on what comes."""
    yield
    deployed.front.spoil = lambda asked, answer: None


@dataclass(frozen=True)
class Run:
    """What a run printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str = ""


def smoke(*arguments: str) -> Run:
    """In this process: thirty runs would start Python thirty times."""
    printed, complained = io.StringIO(), io.StringIO()
    with redirect_stdout(printed), redirect_stderr(complained):
        code = main(list(arguments))
    return Run(code, printed.getvalue(), complained.getvalue())


def failed(done: Run) -> dict[str, str]:
    """The reasons by check, of those that failed; each check has its line."""
    lines = done.stdout.splitlines()[:-1]
    assert [name for name, line in zip(NAMES, lines, strict=True) if name not in line] == []
    return {name: line for name, line in zip(NAMES, lines, strict=True) if line.startswith("FAILED")}


def spoiled(where: str, change: Callable[[Answer], None]) -> Spoil:
    def spoil(asked: str, answer: Answer) -> None:
        if asked == where:
            change(answer)

    return spoil


def status(number: int) -> Callable[[Answer], None]:
    def change(answer: Answer) -> None:
        answer.status = number
        answer.body = b'{"error": "Spoiled.", "code": "unavailable"}'

    return change


def rewritten(change: Callable[[dict[str, Any]], None]) -> Callable[[Answer], None]:
    def rewrite(answer: Answer) -> None:
        body = json.loads(answer.body)
        change(body)
        answer.body = json.dumps(body).encode()

    return rewrite


def no_identity_keys(body: dict[str, Any]) -> None:
    body["parts"]["identity"]["detail"] = "no key asked for yet"


def no_git(body: dict[str, Any]) -> None:
    body["parts"]["git"] = {"state": "ready", "age": None, "detail": "sh: git: not found"}


def a_failed_part(body: dict[str, Any]) -> None:
    body["parts"]["store"]["state"] = "failed"


def challenge_renamed(asked: str, answer: Answer) -> None:
    """As API Gateway does it."""
    if "www-authenticate" in answer.headers:
        answer.headers["x-amzn-remapped-www-authenticate"] = answer.headers.pop("www-authenticate")


METADATA = "GET /.well-known/oauth-protected-resource/mcp"
# The check, what is spoiled, and the reason that its line gives.
BROKEN: list[tuple[str, Spoil, str]] = [
    ("alive", spoiled("GET /healthz", status(502)), "/healthz answered 502, not 200"),
    ("page", spoiled("GET /", status(500)), "/ answered 500, not 200"),
    (
        "sign-in",
        spoiled("POST /mcp", rewritten(lambda body: body.pop("www_authenticate", None))),
        "in its body",
    ),
    (
        "sign-in",
        spoiled(METADATA, rewritten(lambda body: body.update(resource="https://other/mcp"))),
        "the resource is https://other/mcp",
    ),
    (
        "sign-in",
        spoiled(METADATA, rewritten(lambda body: body.update(authorization_servers=[]))),
        "no authorization server is named",
    ),
    ("REST", spoiled("GET /api/v1/pages", status(500)), "/api/v1/pages answered 500, not 200"),
    ("REST", spoiled("GET /api/v1/health", status(404)), "/api/v1/health answered 404, not 200"),
    ("search", spoiled("GET /api/v1/search", status(503)), "/api/v1/search answered 503, not 200"),
    ("parts", spoiled("GET /readyz", rewritten(a_failed_part)), "failed: store"),
    ("git version", spoiled("GET /readyz", rewritten(no_git)), "git does not run there: sh: git: not found"),
    ("identity keys", spoiled("GET /readyz", rewritten(no_identity_keys)), "keys could not be fetched"),
    ("write", spoiled("PUT /api/v1/pages/smoke-test", status(503)), "answered 503, not 201"),
]


def test_a_wiki_that_is_well_passes(deployed: Deployed) -> None:
    done = smoke(deployed.front.url, "--token-file", str(deployed.token_file))
    assert failed(done) == {}, done.stdout
    assert done.returncode == 0
    assert "git version 2" in done.stdout
    assert "the provider's keys, from network" in done.stdout
    assert "made, read and deleted a page" in done.stdout
    assert deployed.token_file.read_text(encoding="utf-8").strip() not in done.stdout


def test_it_runs_as_a_program(deployed: Deployed) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.smoke", deployed.front.url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{len(CHECKS)} of {len(CHECKS)} checks passed at {deployed.front.url}" in done.stdout


def test_without_a_token_a_closed_wiki_passes_too_and_the_lines_say_so(deployed: Deployed) -> None:
    done = smoke(deployed.front.url)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("asks to sign in, as it should without a token") >= 3
    assert "left out: no token was given" in done.stdout


def test_a_renamed_challenge_is_found_in_the_body(deployed: Deployed) -> None:
    deployed.front.spoil = challenge_renamed
    assert smoke(deployed.front.url).returncode == 0


@pytest.mark.parametrize(("check", "spoil", "reason"), BROKEN, ids=[f"{row[0]}: {row[2]}" for row in BROKEN])
def test_a_check_fails_for_its_reason_and_no_other_does(
    deployed: Deployed, check: str, spoil: Spoil, reason: str
) -> None:
    deployed.front.spoil = spoil
    done = smoke(deployed.front.url, "--token-file", str(deployed.token_file))
    found = failed(done)
    assert list(found) == [check], done.stdout
    assert reason in found[check]
    assert done.returncode == 1


def test_a_page_that_is_cut_off_is_noticed(deployed: Deployed) -> None:
    """Visitors may not read this wiki, so the page that is cut off is made here."""

    def spoil(asked: str, answer: Answer) -> None:
        if asked == "GET /":
            answer.status, answer.headers = 200, {"content-type": "text/html; charset=utf-8"}
            answer.body = b"<!doctype html><html><body>begins and"

    deployed.front.spoil = spoil
    found = failed(smoke(deployed.front.url))
    assert "/ ends in the middle, after 37 bytes" in found["page"]


def test_tools_that_are_missing_are_named(deployed: Deployed) -> None:
    def spoil(asked: str, answer: Answer) -> None:
        if asked == "POST /mcp" and b'"tools"' in answer.body:
            answer.body = answer.body.replace(b'"name":"read_page"', b'"name":"other"')

    deployed.front.spoil = spoil
    found = failed(smoke(deployed.front.url, "--token-file", str(deployed.token_file)))
    assert "tools/list misses read_page" in found["MCP"]


def test_nobody_there_is_no_traceback(deployed: Deployed) -> None:
    done = smoke("http://127.0.0.1:9")
    assert done.returncode == 1
    assert "GET /healthz got no answer" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("address", ["wiki.example.org", "https://wiki.example.org/Home", "ftp://wiki"])
def test_an_address_that_is_none_is_a_sentence(address: str) -> None:
    done = smoke(address)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{address} is no address of a wiki: write it as https://wiki.example.org.\n"
