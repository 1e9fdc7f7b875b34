"""The search after a run notices a secret wherever one can be, and is silent where there is none."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HEAD = """
import logging, sqlite3
from auth.secret import PERSONAL, SESSION, digest, new_secret
from tests.secret_search import remember
from tests.wiki_app.git import commit_file, git

def new_repository(at):
    at.mkdir()
    git(at, "init", "-q")
    return at

"""
PLANTS = {
    "log": '(tmp_path / "server.log").write_text(f"Authorization: Bearer {secret}")',
    "database": '(tmp_path / "wiki.db").write_bytes(bytes(9) + new_secret(SESSION).encode() + bytes(9))',
    "output": "print(secret)",
    "logging": 'logging.getLogger("wikibot").warning("token %s", secret)',
    "password": '(tmp_path / "audit.jsonl").write_text(remember("correct horse of ours"))',
    "page": 'commit_file(new_repository(tmp_path / "wiki"), "page.md", secret)',
    "history": """at = new_repository(tmp_path / "wiki")
    commit_file(at, "page.md", secret)
    commit_file(at, "page.md", "nothing")""",
    "message": 'commit_file(new_repository(tmp_path / "wiki"), "page.md", "x", f"by {secret}")',
}
CLEAN = {
    "nothing": "pass",
    "digest": 'print(digest(secret), "owp_too-short", secret[:8])',
    "repository": 'commit_file(new_repository(tmp_path / "wiki"), "page.md", "x")',
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Gone with the test: the run around it is searched as well."""
    yield tmp_path / "inner"
    shutil.rmtree(tmp_path / "inner")


def run(folder: Path, bodies: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A run of pytest over tests that pass."""
    folder.mkdir()
    tests = [
        f"def test_{name}(tmp_path):\n    secret = new_secret(PERSONAL)\n    {body}\n"
        for name, body in bodies.items()
    ]
    (folder / "test_inner.py").write_text(HEAD + "\n".join(tests))
    (folder / "none.ini").write_text("[pytest]\n")
    options = ["-p", "tests.secret_search", "-p", "no:cacheprovider", "-q", "-c", str(folder / "none.ini")]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--basetemp={folder / 'run'}", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_threat_32_a_secret_that_was_planted_fails_the_run(folder: Path) -> None:
    done = run(folder, PLANTS)

    assert f"{len(PLANTS)} passed" in done.stdout, done.stdout
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if ", at " in line]
    assert [name for name in PLANTS if not any(f"test_{name}" in line for line in lines)] == []


def test_threat_32_a_run_without_one_passes(folder: Path) -> None:
    done = run(folder, CLEAN)

    assert f"{len(CLEAN)} passed" in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout
