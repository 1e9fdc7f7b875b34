"""The git program: for what libgit2 does slowly or not at all (log, blame, merges' diffs, housekeeping)."""

import os
import shutil
import subprocess
from collections.abc import Container, Iterator
from pathlib import Path

from wiki_app.errors import Unavailable, WikiError

BLOCK = 1 << 20
"""Bytes handed on at a time by `stream`."""


class GitFailed(WikiError):
    """git answered with an error; the message carries what it said."""

    code = "unavailable"


def git_settings(repository: Path) -> dict[str, str]:
    """The variables that make git serve this repository, whoever owns it, and take pushes to its branch.

    This is the only place that sets them, both together (DECISIONS 20): a second GIT_CONFIG_COUNT would
    hide the first. `receive.denyCurrentBranch=ignore` makes a push move the reference only; the working
    files follow afterwards under our own lock (STORE.md section 2).
    """
    return {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": os.path.realpath(repository),
        "GIT_CONFIG_KEY_1": "receive.denyCurrentBranch",
        "GIT_CONFIG_VALUE_1": "ignore",
    }


def find_git() -> str:
    """The git program's path. Raises Unavailable when it is not installed."""
    git = shutil.which("git")
    if git is None:
        raise Unavailable("The program git was not found: install it and see that it is on the PATH.")
    return git


class Git:
    """Runs git on one repository, apart from the caller's own settings: no user configuration, no prompts."""

    def __init__(self, repository: Path) -> None:
        self._program = find_git()
        self._repository = repository

    def environment(self) -> dict[str, str]:
        """The whole environment of our git processes."""
        return git_settings(self._repository) | {
            "PATH": f"{os.path.dirname(self._program)}{os.pathsep}{os.defpath}",
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_PAGER": "cat",
        }

    def _command(self, args: tuple[str, ...]) -> list[str]:
        return [self._program, "-C", str(self._repository), *args]

    def run(
        self, *args: str, input: bytes | None = None, timeout: float = 60, accept: Container[int] = (0,)
    ) -> bytes:
        """What git prints. `timeout` in seconds; `accept`: exit codes of success. Raises GitFailed."""
        try:
            done = subprocess.run(
                self._command(args),
                input=input,
                env=self.environment(),
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise GitFailed(f"git {args[0]} took longer than {timeout:g} s.") from error
        if done.returncode not in accept:
            raise GitFailed(_complaint(args[0], done.stderr))
        return done.stdout

    def version(self) -> str:
        """As git says it: `git version 2.39.5`. Raises GitFailed."""
        return self.run("version").decode("utf-8", "replace").strip()

    def stream(self, *args: str) -> Iterator[bytes]:
        """What git prints, block by block, for output of any size. Raises GitFailed at its end."""
        with subprocess.Popen(
            self._command(args),
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout and process.stderr
            while block := process.stdout.read(BLOCK):
                yield block
            complaint = process.stderr.read()
        if process.returncode:
            raise GitFailed(_complaint(args[0], complaint))


def _complaint(command: str, stderr: bytes) -> str:
    said = stderr.decode("utf-8", "replace").strip().splitlines()
    return f"git {command} failed: {said[-1] if said else 'it gave no reason'}."
