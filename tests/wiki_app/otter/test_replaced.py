"""What our replacements show is what Otter Wiki shows without them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wiki_app.git import commit_file, git
from tests.wiki_app.otter.rendered import SETTINGS, VIEWS
from tests.wiki_app.otter.served import ROOT

PAGES = {
    "home.md": "# Home\n\nsee [[Docs/Guide]]\n",
    "docs/guide.md": "# GUIDE\n\n## First *part*\n\n## First part\n\n```\n# no\n```\n\n### `code` & more\n",
    "docs/guide/part.md": "Setext heading\n==============\n\ntext\n\nSecond\n------\n",
    "docs/guide/note_book.md": "no heading at all\n",
    "docs/deep/er/down.md": "---\ntitle: Down\ntags: [a]\n---\n\n# Down & <out>\n",
    "docs/Capital.md": "# CAPITAL letters\n",
    "docs/zoë łuk.md": "# Zoë Łuk\n\n## Äpfel\n",
    "docs/zebra.md": "```\n# in code\n```\n\n# After code\n",
    "docs/a'b\"c&d.md": "# Quotes\n",
    "docs/10.md": "#\n\n# 10\n",
    "folder/inside.md": "#Inside\n\n# Inside #\n",
    "folder/inside/further.md": "# Further\n",
    "folder-two.md": "# Folder-Two\n",
    "under_score.md": "# under_score\n",
    "index.md": "# Index\n\n{{PageIndex}}\n\n{{PageIndex|style=list|toc=true}}\n",
    "long.md": "text " * 200 + "\n\n# Too late for the sidebar\n",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wiki with every kind of name and heading, links, a merge and a rename."""
    data = tmp_path_factory.mktemp("compared") / "data"
    work = data / "repository"
    git(data.parent, "init", "-q", "-b", "main", str(work))
    for path, text in PAGES.items():
        commit_file(work, path, text, f"add {path}\n\n  with a body")
    (work / "docs/latin.md").write_bytes("# Café\n".encode("latin-1"))
    (work / "docs/guide/note.txt").write_text("attached")
    (work / "alias.md").symlink_to("docs/guide.md")
    (work / "shortcut").symlink_to("folder")
    (work / "broken").symlink_to("nowhere")
    git(work, "add", ".")
    git(work, "commit", "-q", "--allow-empty-message", "-m", "")
    git(work, "checkout", "-q", "-b", "side")
    commit_file(work, "side.md", "# Side\n")
    git(work, "checkout", "-q", "main")
    git(work, "mv", "long.md", "longer.md")
    git(work, "commit", "-q", "-m", "renamed")
    git(work, "merge", "-q", "--no-edit", "side")
    return data


def render(data: Path, which: str) -> dict[str, str]:
    copy = data.with_name(which)
    shutil.copytree(data, copy, symlinks=True)
    script = [sys.executable, "-W", "ignore", "-m", "tests.wiki_app.otter.rendered"]
    done = subprocess.run([*script, str(copy), which], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    pages: dict[str, str] = json.loads(done.stdout)
    return pages


@pytest.fixture(scope="module")
def stock(data: Path) -> dict[str, str]:
    return render(data, "stock")


@pytest.fixture(scope="module")
def ours(data: Path) -> dict[str, str]:
    return render(data, "ours")


@pytest.mark.parametrize("view", VIEWS)
def test_the_page_is_the_same(stock: dict[str, str], ours: dict[str, str], view: str) -> None:
    for settings in SETTINGS:
        name = f"{view} {settings}"
        assert ours[name].split("<") == stock[name].split("<"), name
