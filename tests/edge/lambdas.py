"""A wiki in a Lambda, as the edge tests want it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.edge.lambda_events import Kind
from tests.edge.runtime_api import Front, lambda_front

ROOT = Path(__file__).resolve().parents[2]


def git_folder() -> Path:
    """Where git lies on this machine; on AWS a layer brings it."""
    git = shutil.which("git")
    assert git is not None
    return Path(git).parent


@contextmanager
def wiki_lambda(data: Path, kind: Kind = "http-api", **env: str) -> Iterator[Front]:
    """The wiki from the repository; visitors may write unless the variables say otherwise."""
    usual = {
        "WIKIBOT_DATA": str(data),
        "WIKIBOT_LOG_LEVEL": "WARNING",
        "WIKIBOT_EMBEDDINGS": "none",
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
    }
    with lambda_front(ROOT, usual | env, git_folder(), kind) as front:
        yield front
