"""`wikibot backup` and `wikibot restore` as somebody types them."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cli import main
from tests.wiki_app.git import commit_file, git
from wiki_app.importer import import_wiki

# Runs the command line, then prints the names of all modules that it has loaded.
LOADED = """
import json, sys
from gateway.cli import main
main(sys.argv[1:])
print(json.dumps(sorted(sys.modules)))
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A wiki with one page."""
    source = tmp_path / "source"
    source.mkdir()
    git(source, "init", "-q", "-b", "main")
    commit_file(source, "home.md", "# Home\n")
    import_wiki(source, tmp_path / "data")
    return tmp_path / "data"


def test_there_and_back_with_a_line_for_each_step(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTTERWIKI_API_KEY", "very-private")
    monkeypatch.setenv("SITE_NAME", "Our wiki")
    (data / "repository" / "home.md").write_text("# Home\nmore\n")
    assert main(["backup", "--data", str(data), "--to", str(tmp_path / "b.zip")]) == 0
    said = capsys.readouterr()
    assert re.match(r"1 pages, 1 references at [0-9a-f]{12}: [\d.]+ (bytes|kB) in ", said.out)
    assert "Edits that are not committed are in it too: home.md" in said.out
    assert "Copying the databases …" in said.err

    monkeypatch.delenv("OTTERWIKI_API_KEY")
    monkeypatch.delenv("SITE_NAME")
    assert main(["restore", str(tmp_path / "b.zip"), "--data", str(tmp_path / "new")]) == 0
    out = capsys.readouterr().out
    assert "1 pages, 1 references at " in out
    assert "  SITE_NAME='Our wiki'" in out
    assert "Set by hand, since a backup holds no secrets: OTTERWIKI_API_KEY" in out
    assert "very-private" not in out
    assert (tmp_path / "new" / "repository" / "home.md").read_text() == "# Home\nmore\n"


def test_a_backup_is_named_for_its_moment_where_no_name_is_given(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for arguments, folder in (([], tmp_path), (["--to", "folder"], tmp_path / "folder")):
        assert main(["backup", "--data", str(data), *arguments]) == 0
        (archive,) = folder.glob("*.zip")
        assert re.fullmatch(r"wikibot-\d{8}T\d{6}Z\.zip", archive.name)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["backup", "--data", "nowhere"], "nowhere holds no wiki"),
        (["backup", "--data", "data", "--to", "missing/b.zip"], "cannot be written"),
        (["restore", "nothing.zip", "--data", "new"], "There is no file nothing.zip"),
        (["restore", "s3://bucket", "--data", "new"], "write it as s3://bucket/key"),
        (["restore", "b.zip", "--data", "data"], "holds a wiki with 1 pages and 0 accounts"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["backup", "--data", str(data), "--to", "b.zip"]) == 0
    capsys.readouterr()
    assert main(arguments) == 1
    errors = [line for line in capsys.readouterr().err.splitlines() if not line.endswith("…")]
    assert len(errors) == 1
    assert sentence in errors[0]
    assert not (tmp_path / "new").exists()


def test_the_sdk_is_not_loaded_for_a_local_backup(data: Path, tmp_path: Path) -> None:
    to = str(tmp_path / "b.zip")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, "backup", "--data", str(data), "--to", to],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & {"aioboto3", "botocore", "otterwiki", "fastmcp"}
