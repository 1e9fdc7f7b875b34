"""Housekeeping of the git objects: commits leave loose objects behind, and histories want a commit-graph.

What is done and why is in STORE.md section 3: incremental packing only (`repack -d` without -a, nothing is
pruned, so a reader or a commit in flight in another process never loses an object).
"""

import fcntl
import logging
import os
from pathlib import Path

from wiki_app.errors import WikiError
from wiki_app.gitcommand import Git

log = logging.getLogger(__name__)

MANY_LOOSE = 2_000
LARGE_PACK = 1_000_000
"""Bytes of packs from which a commit-graph is worth its seconds."""
TIMEOUT = 600.0
"""Seconds for one step of the housekeeping."""


def loose_objects(git_dir: Path) -> int:
    """An estimate from one of the 256 folders, as `git gc --auto` makes it."""
    try:
        return len(os.listdir(git_dir / "objects" / "17")) * 256
    except FileNotFoundError:
        return 0


def _needed(git_dir: Path) -> bool:
    objects = git_dir / "objects"
    if loose_objects(git_dir) >= MANY_LOOSE:
        return True
    # A long history from elsewhere: with the graph, blame and `git log -- page` are ten times faster.
    packed = sum(pack.stat().st_size for pack in objects.glob("pack/*.pack"))
    return packed > LARGE_PACK and not (objects / "info" / "commit-graph").exists()


def tidy(git_dir: Path, git: Git, *, always: bool = False) -> bool:
    """Packs loose objects, writes the commit-graph and packs references, when there are many of them.

    Only one process does so at a time; others return at once. Returns whether anything was done.
    """
    if not always and not _needed(git_dir):
        return False
    own = os.open(git_dir / "wikibot" / "tidy.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        git.run("repack", "-d", "-q", timeout=TIMEOUT)
        git.run("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress", timeout=TIMEOUT)
        git.run("pack-refs", "--all", timeout=TIMEOUT)
    except (OSError, WikiError) as error:
        log.info("housekeeping of the repository was put off: %s", error)
        return False
    finally:
        os.close(own)
    return True
