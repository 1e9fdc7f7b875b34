"""The command line: what goes wrong is one line and a non-zero exit."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import pytest

from gateway.cli import main
from wiki_app.accounts import WikiAccounts


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


@contextmanager
def as_before() -> Iterator[None]:
    """The test's own user again for a moment."""
    now = os.geteuid()
    os.seteuid(os.getuid())
    yield
    os.seteuid(now)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that must fail; its one line."""
    assert main(arguments) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_the_version_and_the_commands_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, text in ((["--version"], "wikibot "), (["--help"], "serve")):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == 0
        assert text in capsys.readouterr().out


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["dance"])
    assert end.value.code == 2


@pytest.mark.parametrize("command", ["serve", "doctor", "import x"])
def test_a_wrong_setting_is_named(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKIBOT_PORT", "many")

    assert fails(capsys, *command.split()).startswith("wikibot: WIKIBOT_PORT=many: ")


def test_a_missing_git_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "git was not found" in fails(capsys, "serve", "--data", str(tmp_path / "data"))


def test_a_port_in_use_is_named(tmp_path: Path, taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    line = fails(capsys, "serve", "--data", str(tmp_path), "--port", str(taken_port))

    assert (
        line
        == f"wikibot: Port {taken_port} on 127.0.0.1 is in use: choose another with --port or WIKIBOT_PORT."
    )


def test_a_host_that_is_not_ours_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = fails(capsys, "serve", "--data", str(tmp_path), "--host", "127.0.0.1.invalid", "--port", "1")

    assert "nobody has an account" in line or "Cannot listen on 127.0.0.1.invalid:1" in line


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("")

    assert "is no folder" in fails(capsys, "serve", "--data", str(tmp_path / "data"))


@pytest.fixture
def unprivileged(tmp_path: Path) -> Iterator[Path]:
    """A folder, seen by a user who is not root (root may read and write everything)."""
    import_module("gateway.cli.serve")  # before the installation goes out of reach
    user = os.geteuid()
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    if user == 0:
        os.seteuid(65534)
    yield tmp_path
    os.seteuid(user)


@pytest.mark.parametrize(("mode", "what"), [(0o000, "cannot be"), (0o555, "cannot be written")])
def test_a_data_folder_without_rights_is_named(
    unprivileged: Path, mode: int, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = unprivileged / "data"
    with as_before():
        data.mkdir()
        data.chmod(mode)

    line = fails(capsys, "serve", "--data", str(data))

    assert what in line
    assert str(data) in line


def test_a_data_folder_that_is_a_repository_points_to_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    assert f"wikibot import {tmp_path}" in fails(capsys, "serve", "--data", str(tmp_path))


def test_a_database_that_is_none_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wiki.db").write_text("not a database at all, but long enough to be read as one" * 100)

    line = fails(capsys, "serve", "--data", str(tmp_path), "--host", "0.0.0.0")

    assert f"{tmp_path / 'wiki.db'} cannot be read" in line


def test_listening_beyond_loopback_with_anonymous_writing_needs_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WRITE_ACCESS", "ANONYMOUS")

    line = fails(capsys, "serve", "--data", str(tmp_path), "--host", "0.0.0.0")

    assert "WRITE_ACCESS=APPROVED" in line
    assert "WIKIBOT_ALLOW_ANONYMOUS_WRITE=true" in line


def test_listening_beyond_loopback_needs_somebody_who_can_sign_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    beyond = ["serve", "--data", str(tmp_path), "--host", "0.0.0.0"]

    nobody = fails(capsys, *beyond)
    WikiAccounts(tmp_path / "wiki.db").add("Ann", "ann@example.org", "correct horse")
    nowhere = fails(capsys, *beyond)

    assert "nobody has an account" in nobody
    assert "wikibot user add" in nobody
    assert "WIKIBOT_PUBLIC_URL" in nowhere


def test_a_provider_needs_its_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKIBOT_AUTHKIT_DOMAIN", "wiki.authkit.app")
    monkeypatch.setenv("WIKIBOT_AUTHKIT_CLIENT_ID", "client_1")

    line = fails(capsys, "serve", "--data", str(tmp_path))

    for name in ("WIKIBOT_PUBLIC_URL", "WIKIBOT_AUTHKIT_CLIENT_SECRET", "WIKIBOT_ADMIN_EMAIL"):
        assert name in line


@pytest.mark.parametrize(
    ("name", "value"), [("OTTERWIKI_API_KEY", "a-key"), ("WIKIBOT_ALLOW_ANONYMOUS_WRITE", "true")]
)
def test_with_a_rule_or_the_word_it_goes_on_to_listen(
    tmp_path: Path,
    taken_port: int,
    name: str,
    value: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(name, value)

    line = fails(capsys, "serve", "--data", str(tmp_path), "--host", "0.0.0.0", "--port", str(taken_port))

    assert f"Port {taken_port} on 0.0.0.0 is in use" in line


def test_an_import_says_what_came_and_doctor_finds_it_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "home.md").write_text("# Home\n")
    data = str(tmp_path / "data")

    assert main(["import", str(tmp_path / "notes"), "--data", data]) == 0
    assert "1 pages with 1 commits" in capsys.readouterr().out
    assert main(["doctor", "--data", data]) == 0
    report = capsys.readouterr().out
    assert "ok    store: sound" in report
    assert "ok    catalog: 1 pages, 1 commits" in report


def test_an_import_over_pages_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "home.md").write_text("# Home\n")
    arguments = ["import", str(tmp_path / "notes"), "--data", str(tmp_path / "data")]
    assert main(arguments) == 0
    capsys.readouterr()

    assert main(arguments) == 1
    assert "--replace" in capsys.readouterr().err
    assert main([*arguments, "--replace"]) == 0


def test_doctor_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "home.md").write_text("# Home\n")
    data = tmp_path / "data"
    main(["import", str(tmp_path / "notes"), "--data", str(data)])
    (data / "repository" / "home.md").write_text("edited by its owner")
    (data / "secret_key").write_text("key")
    (data / "secret_key").chmod(0o644)
    capsys.readouterr()

    assert main(["doctor", "--data", str(data)]) == 1
    report = capsys.readouterr().out
    assert "FAIL  secret_key: others can read it" in report
    assert "note  working files: edited, not committed and so not shown by the wiki: home.md" in report


def test_doctor_on_an_empty_folder_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--data", str(tmp_path / "data")]) == 1
    assert "wikibot serve makes" in capsys.readouterr().out
    assert not (tmp_path / "data").exists()


def test_help_waits_for_nothing_heavy() -> None:
    heavy = "import sys; from gateway.cli import main\ntry:\n    main(['--help'])\nfinally:\n"
    heavy += (
        "    print([name for name in ('pydantic', 'pygit2', 'uvicorn', 'otterwiki') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("[]\n")
