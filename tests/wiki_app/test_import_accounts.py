"""The table of accounts that an import makes, beside the one that Otter Wiki makes itself."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.wiki_app.git import git
from wiki_app.import_accounts import INDEX, TABLE


def columns(connection: sqlite3.Connection) -> dict[str, str]:
    return {str(row[1]): str(row[2]) for row in connection.execute('PRAGMA table_info("user")')}


def test_the_table_is_otterwikis_own(tmp_path: Path) -> None:
    """In a process of its own: a process can import `otterwiki.server` once, for one repository."""
    git(tmp_path, "init", "-q")
    settings = {
        "REPOSITORY": str(tmp_path),
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'theirs.db'}",
        "SECRET_KEY": "a key for this test only",
    }
    command = [sys.executable, "-W", "ignore", "-c", "import otterwiki.server"]
    subprocess.run(command, env={**os.environ, **settings}, capture_output=True, check=True, timeout=120)
    with (
        closing(sqlite3.connect(tmp_path / "theirs.db")) as theirs,
        closing(sqlite3.connect(":memory:")) as ours,
    ):
        ours.execute(TABLE)
        ours.execute(INDEX)
        assert columns(ours) == columns(theirs)
        unique = "SELECT \"unique\", name FROM pragma_index_list('user')"
        assert ours.execute(unique).fetchall() == theirs.execute(unique).fetchall()
