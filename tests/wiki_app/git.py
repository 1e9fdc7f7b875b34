"""The real git program, as the tests use it beside ours."""

import os
import subprocess
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Olga Owner",
    "GIT_AUTHOR_EMAIL": "olga@example.org",
    "GIT_COMMITTER_NAME": "Olga Owner",
    "GIT_COMMITTER_EMAIL": "olga@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(at: Path, *args: str, stdin: bytes | None = None) -> str:
    """What git prints for a person who works in the folder `at`."""
    done = subprocess.run(
        ["git", "-C", str(at), *args],
        env={**os.environ, **IDENTITY},
        input=stdin,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode("utf-8", "surrogateescape")


def commit_file(at: Path, path: str, text: str, message: str = "by hand") -> str:
    """Commits one file with plain git and returns the revision."""
    (at / path).parent.mkdir(parents=True, exist_ok=True)
    (at / path).write_text(text, encoding="utf-8")
    git(at, "add", "--", path)
    git(at, "commit", "-q", "-m", message)
    return git(at, "rev-parse", "HEAD").strip()
