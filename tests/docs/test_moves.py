"""The moves of docs/deploy.md, as they stand there: a wiki to another server and back, and a backup."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import text
from tests.edge.server import Server, serving, wikibot
from tests.wiki_app.git import IDENTITY, commit_file, git
from wiki_app.accounts import WikiAccounts
from wiki_app.importer import import_wiki

pytestmark = pytest.mark.edge

BLOCK = re.compile(r"<!-- run: (\w+) -->\n *```sh\n(.*?)\n *```", re.DOTALL)
MOVES = dict(BLOCK.findall(text("docs/deploy.md")) + BLOCK.findall(text("docs/migrate.md")))


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment with `wikibot` on its path."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "wikibot"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway.cli "$@"\n')
    program.chmod(0o755)
    project = str(Path(__file__).resolve().parents[2])
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **IDENTITY, "PATH": path, "PYTHONPATH": project, "GIT_TERMINAL_PROMPT": "0"}


def run(name: str, at: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euc", MOVES[name]],
        cwd=at,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def with_token(server: Server) -> str:
    """The address with a token that may push."""
    made = wikibot("token", "create", "--name", "move", "--data", str(server.data))
    return server.url.replace("http://", f"http://any:{made.stdout.strip()}@")


def test_a_local_wiki_moves_to_a_server_and_back(tmp_path: Path, shell: dict[str, str]) -> None:
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q", "-b", "trunk")
    for number in range(120):
        commit_file(source, "home.md", f"# Home\n\n{number}\n")
    git(source, "tag", "v1")
    import_wiki(source, tmp_path / "my-wiki")
    head = git(source, "rev-parse", "HEAD").strip()
    with serving(tmp_path / "there", env={"GIT_WEB_SERVER": "True"}) as server:
        target = {**shell, "TARGET": with_token(server)}
        run("move", tmp_path, target)
        assert git(server.repository, "rev-parse", "HEAD").strip() == head
        assert "trunk" not in git(server.repository, "branch")
        assert git(server.repository, "tag").split() == ["v1"]
        run("return", tmp_path, target)
    assert (tmp_path / "my-wiki").exists()
    assert (tmp_path / "before-the-move.zip").exists()
    assert git(tmp_path / "wiki-home" / "repository", "rev-parse", "HEAD").strip() == head


def test_the_lines_for_backup_and_restore_work(tmp_path: Path, shell: dict[str, str]) -> None:
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    commit_file(source, "home.md", "# Home\n")
    import_wiki(source, tmp_path / "my-wiki")
    lines = re.search(r"```sh\n(wikibot backup .*?)```", text("docs/deploy.md"), re.DOTALL)
    assert lines is not None
    done = subprocess.run(
        ["bash", "-euc", lines[1]], cwd=tmp_path, env=shell, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "another-folder" / "repository" / "home.md").read_text() == "# Home\n"


def test_the_lines_for_a_move_from_the_older_system_work(tmp_path: Path, shell: dict[str, str]) -> None:
    source = tmp_path / "old" / "repository"
    source.mkdir(parents=True)
    git(source, "init", "-q", "-b", "main")
    commit_file(source, "Home.md", "# Home\n\nthe zanzibar clause\n")
    WikiAccounts(tmp_path / "old" / "db.sqlite").add("Ann", "ann@example.org", "correct horse battery")
    run("import", tmp_path, shell)
    assert "1 pages, 1 chunks" in run("index", tmp_path, shell)
    accounts = WikiAccounts(tmp_path / "wiki-data" / "wiki.db")
    assert accounts.check("ann@example.org", "correct horse battery") is not None
