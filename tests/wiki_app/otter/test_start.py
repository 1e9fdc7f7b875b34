"""Starting Otter Wiki, in processes of their own."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.wiki_app.otter.served import ROOT, ServedWiki
from wiki_app.otter import OtterConfig
from wiki_app.otter.start import TABLES, make_first_page
from wiki_app.rules import WikiRules
from wiki_app.store import Store

SCRIPT = """
import json, os, sys
from pathlib import Path
from wiki_app.otter import OtterConfig, WikiAlreadyStarted, start_wiki
from wiki_app.preferences import Preferences
from wiki_app.store import Store

data, settings = Path(sys.argv[1]), json.loads(sys.argv[2])
config = OtterConfig(data / "repository", data / "wiki.db", "long enough for this test", settings)
store = Store.open(data, data / "cache", Preferences(config.database, settings).rules, index_delay=0)
app = start_wiki(config, store)
try:
    start_wiki(config, store)
    second = "started"
except WikiAlreadyStarted as error:
    second = error.message
with store.view() as view:
    pages, author = view.keys(), view.commits()[0].author.name
store.close()
names = ["AUTH_METHOD", "AUTH_HEADERS_EMAIL", "GIT_REMOTE_PULL_URL_SECURE"]
names += ["SITE_NAME", "SESSION_COOKIE_SECURE"]
print(json.dumps({
    "second": second, "pages": pages, "author": author,
    "config": {name: app.config[name] for name in names},
    "git": [os.environ[f"GIT_CONFIG_VALUE_{number}"] for number in range(2)],
}))
"""


def start(data: Path, **settings: str) -> dict[str, object]:
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(data), json.dumps(settings)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_process_has_one_wiki_set_up_as_it_must_be(tmp_path: Path) -> None:
    told = start(tmp_path, SITE_NAME="Ours", GIT_REMOTE_PULL_URL_SECURE="False", AUTH_HEADERS_EMAIL="x-evil")
    assert "one process for each" in str(told["second"])
    assert told["config"] == {
        "AUTH_METHOD": "PROXY_HEADER",
        "AUTH_HEADERS_EMAIL": "x-otterwiki-email",
        "GIT_REMOTE_PULL_URL_SECURE": True,
        "SITE_NAME": "Ours",
        "SESSION_COOKIE_SECURE": False,
    }
    assert told["git"] == [str(tmp_path / "repository"), "ignore"]
    assert (told["pages"], told["author"]) == (["home"], "Otterwiki Robot")


@pytest.mark.parametrize(
    ("settings", "page"),
    [
        ({"RETAIN_PAGE_NAME_CASE": "True"}, "Home.md"),
        ({"HOME_PAGE": "/Start/Here"}, "start/here.md"),
        ({"HOME_PAGE": "/-/index"}, "home.md"),
    ],
)
def test_the_first_page_is_the_home_page(tmp_path: Path, settings: dict[str, str], page: str) -> None:
    store = Store.open(tmp_path, tmp_path / "cache", WikiRules, index_delay=0)
    config = OtterConfig(tmp_path / "repository", tmp_path / "wiki.db", "x", settings)
    for _ in range(2):
        make_first_page(store, config)
    with store.view() as view:
        assert [entry.path for entry in view.snapshot.files()] == [page]
        assert view.commit_count() == 1
    store.close()


def test_the_tables_that_a_first_start_waits_for_are_all_there_are(served: ServedWiki) -> None:
    with closing(sqlite3.connect(served.data / "wiki.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()

    assert {name for (name,) in found} == TABLES


def test_processes_that_start_at_once_on_an_empty_folder_all_start(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), "{}"]
    at_once = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)
    ]

    for process in at_once:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()[-2000:]
