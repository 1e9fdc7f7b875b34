"""The wikis that are measured: prepared once, one copy for each server."""

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from wiki_app.importer import import_wiki
from wiki_app.rules import WikiRules
from wiki_app.starter import create_starter
from wiki_app.store import Store

SEED = 20260504
PLAIN_NAME = re.compile(r"[\w /+-]+")


@dataclass(frozen=True)
class Wiki:
    """One wiki, as files and as facts to check the answers against.

    `page` is viewed again and again, `others` are its pages in a seeded order, `folder` is the largest
    folder and `siblings` the number of pages in it, `query` a search that finds something.
    """

    name: str
    data: Path
    plain: Path
    page: str
    others: tuple[str, ...]
    folder: str
    siblings: int
    pages: int
    commits: int
    query: str

    def text(self, key: str) -> str:
        """What the page holds at HEAD before the run."""
        return (self.data / "repository" / f"{key}.md").read_text(encoding="utf-8")


def large(bundle: Path, work: Path) -> Wiki:
    """The large real wiki."""
    import_wiki(bundle, work / "large")
    return _described("large", work / "large", page="pages/common/tar", query="archive compress")


def starter(work: Path, folder: str = "starter") -> Wiki:
    """The wiki that an empty data folder begins with."""
    data = work / folder
    store = Store.open(data, data / "cache", WikiRules, index_delay=0)
    with closing(store):
        create_starter(store, lambda: datetime.now(UTC))
    return _described("starter", data, page="markdown and links", query="wiki")


def generated(pages: int, work: Path) -> Wiki:
    """`pages` pages of about 1 kB in folders of a hundred, one commit a folder."""
    bundle = work / f"{pages}.bundle"
    source = work / f"source-{pages}"
    _git(work, "init", "-q", "-b", "main", str(source))
    stream = b"".join(_commits(pages))
    subprocess.run(["git", "-C", str(source), "fast-import", "--quiet"], input=stream, check=True)
    _git(source, "bundle", "create", "-q", str(bundle), "main")
    import_wiki(bundle, work / f"generated-{pages}")
    shutil.rmtree(source)
    return _described(
        f"{pages:,} pages", work / f"generated-{pages}", page="topic 0000/page 000", query="otter"
    )


WORDS = (
    "otter",
    "river",
    "stone",
    "current",
    "bank",
    "fish",
    "winter",
    "holt",
    "whisker",
    "stream",
    "reed",
    "moss",
)


def _commits(pages: int) -> Iterator[bytes]:
    chance = random.Random(SEED)
    for folder in range(-(-pages // 100)):
        yield b"commit refs/heads/main\n"
        yield b"committer Bench <bench@localhost> %d +0000\ndata 5\nwrite\n" % (1_700_000_000 + folder)
        for number in range(min(100, pages - folder * 100)):
            words = " ".join(chance.choices(WORDS, k=150))
            link = f"[[topic {chance.randrange(-(-pages // 100)):04}/page {chance.randrange(100):03}]]"
            text = f"# Page {number} of topic {folder}\n\n{words}\n\nSee {link}.\n".encode()
            yield (
                b'M 100644 inline "topic %04d/page %03d.md"\ndata %d\n' % (folder, number, len(text))
                + text
                + b"\n"
            )


def _described(name: str, data: Path, *, page: str, query: str) -> Wiki:
    repository = data / "repository"
    files = _git(repository, "ls-files", "-z").split("\0")
    keys = [file.removesuffix(".md") for file in files if file.endswith(".md")]
    folders = [key.rpartition("/")[0] for key in keys]
    folder = max(set(folders), key=lambda each: (folders.count(each), each))
    # Names such as "." or "%" are the contract tests' business, not the benchmark's.
    others = [key for key in keys if key != page and PLAIN_NAME.fullmatch(key)]
    random.Random(SEED).shuffle(others)
    plain = data.parent / f"{data.name}-plain"
    shutil.copytree(repository, plain / "repository", symlinks=True)
    commits = int(_git(repository, "rev-list", "--count", "HEAD"))
    return Wiki(
        name, data, plain, page, tuple(others), folder, folders.count(folder), len(keys), commits, query
    )


def _git(at: Path, *args: str) -> str:
    return subprocess.run(["git", "-C", str(at), *args], capture_output=True, check=True).stdout.decode()
