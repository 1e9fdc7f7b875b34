"""What plain git says about a repository after a test: the judge that is not ours."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tests.wiki_app.git import git


def blob_id(text: str) -> str:
    """The id that git gives to a page's text."""
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class PageHistory:
    """By page: its blob after each commit that touched it, newest first; by (page, revision): that blob."""

    blobs: dict[str, list[str]]
    at: dict[tuple[str, str], str]
    before: dict[tuple[str, str], str]


def page_history(repository: Path) -> PageHistory:
    """One pass over `git log --raw`."""
    raw = git(repository, "log", "--raw", "--no-abbrev", "--no-renames", "--format=%x01%H")
    blobs: dict[str, list[str]] = {}
    at: dict[tuple[str, str], str] = {}
    before: dict[tuple[str, str], str] = {}
    for block in raw.split("\x01")[1:]:
        revision, _, lines = block.partition("\n")
        for line in lines.strip().splitlines():
            meta, path = line.split("\t", 1)
            old, new = meta.split()[2:4]
            page = path.removesuffix(".md")
            blobs.setdefault(page, []).append(new)
            at[page, revision], before[page, revision] = new, old
    return PageHistory(blobs, at, before)


def is_sound(repository: Path) -> bool:
    """`git fsck` finds nothing broken or missing (unreferenced objects are no harm)."""
    said = git(repository, "fsck", "--no-dangling", "--no-progress")
    return said.strip() == ""
