"""At the end of a test run: no secret stands in what the run has written (threat 32).

Searched are the captured output and logs of each test, and every file below the run's temporary folders:
logs of servers with their access lines, audit logs, databases, pages, and all objects of git repositories,
also of those that nobody refers to. A hit fails the run.

Our own secrets are found by their prefix and length, whoever made them, the server's processes included;
so are signed tokens. What has no such form (passwords, keys of programs, a client's secret) is registered
by the module that makes it, with `remember`.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# auth/secret.py: a prefix and 32 random bytes as base64url. A JWS in its compact form (RFC 7515).
FORMS = rb"ow[arpscx]_[A-Za-z0-9_-]{43}|eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{40,}"
SHOWN = 8
"""Characters of a hit that are printed: enough to know what it is."""
MOST = 20
# A browser's own profile and programs that tests install are none of ours.
NOT_OURS = frozenset({"node_modules", "chromium", "__pycache__"})


PASSWORDS = ("correct horse", "another horse", "battery staple", "wrong password")
"""How all passwords in the tests begin."""


@dataclass
class Known:
    """Secrets without a form of their own, and folders outside of the run's temporary one."""

    secrets: set[str] = field(default_factory=lambda: set(PASSWORDS))
    folders: set[Path] = field(default_factory=set)

    def pattern(self) -> re.Pattern[bytes]:
        """All that is looked for."""
        plain = sorted(re.escape(secret.encode()) for secret in self.secrets)
        return re.compile(b"|".join([FORMS, *plain]))


known = Known()


def remember(secret: str) -> str:
    """Register a secret that has no form of its own; gives it back."""
    assert len(secret) >= 8, "too short to be looked for"
    known.secrets.add(secret)
    return secret


def watch(folder: Path) -> Path:
    """Search this folder too; gives it back."""
    known.folders.add(folder)
    return folder


def hits(text: bytes, place: str, pattern: re.Pattern[bytes]) -> Iterator[str]:
    """What stands where, shortened."""
    for match in pattern.finditer(text):
        yield f"{place}, at {match.start()}: {match[0][:SHOWN].decode('ascii', 'replace')}…"


def search_folder(folder: Path, pattern: re.Pattern[bytes]) -> Iterator[str]:
    """All files below, and all objects of all repositories below."""
    for name, folders, names in os.walk(folder):
        parent = Path(name)
        if "objects" in folders and "HEAD" in names:
            yield from hits(_objects(parent), f"objects of {parent}", pattern)
            folders.remove("objects")
        folders[:] = [inner for inner in folders if inner not in NOT_OURS]
        for path in (parent / inner for inner in names):
            yield from hits(_content(path), str(path), pattern)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    except OSError:
        return b""  # a server that ends takes its socket along


def _objects(git_dir: Path) -> bytes:
    command = ["git", f"--git-dir={git_dir}", "cat-file", "--batch", "--batch-all-objects", "--buffer"]
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).stdout


class SecretSearch:
    """The plugin. `found` is filled as tests report, and at the end of the run."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What a test has printed and logged."""
        pattern = known.pattern()
        for title, text in report.sections:
            self.found += hits(text.encode("utf-8", "replace"), f"{report.nodeid}, {title}", pattern)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """What is left in folders; a hit fails the run."""
        pattern = known.pattern()
        for folder in self._folders(session):
            self.found += search_folder(folder, pattern)
        if self.found and session.exitstatus in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where they stand."""
        if self.found:
            terminalreporter.section("secrets in what the tests wrote", red=True)
            for line in self.found[:MOST]:
                terminalreporter.write_line(line)
            terminalreporter.write_line(f"{len(self.found)} in all")

    @staticmethod
    def _folders(session: pytest.Session) -> Iterable[Path]:
        factory: pytest.TempPathFactory | None = getattr(session.config, "_tmp_path_factory", None)
        own = [] if factory is None else [factory.getbasetemp()]
        return [folder for folder in [*own, *sorted(known.folders)] if folder.exists()]


def pytest_configure(config: pytest.Config) -> None:
    """As a plugin: `-p tests.secret_search`, or by tests/conftest.py."""
    if not config.pluginmanager.has_plugin("secret-search"):
        config.pluginmanager.register(SecretSearch(), "secret-search")
