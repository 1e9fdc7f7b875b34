"""A wiki in a Lambda, as the edge tests want it."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.edge.lambda_events import Kind
from tests.edge.packaged import Packaged
from tests.edge.runtime_api import Front, lambda_front

ROOT = Path(__file__).resolve().parents[2]


def git_folder() -> Path:
    """Where git lies on this machine; on AWS a layer brings it."""
    git = shutil.which("git")
    assert git is not None
    return Path(git).parent


@contextmanager
def wiki_lambda(
    data: Path, kind: Kind = "http-api", package: Packaged | None = None, **env: str
) -> Iterator[Front]:
    """The wiki from its unpacked package, or from the repository; visitors may write unless the variables
    say otherwise."""
    usual = {
        "WIKIBOT_DATA": str(data),
        "WIKIBOT_LOG_LEVEL": "WARNING",
        "WIKIBOT_EMBEDDINGS": "none",
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
    }
    if package is None:
        with lambda_front(ROOT, usual | env, git_folder(), kind) as front:
            yield front
    else:
        with package_lambda(package, usual | env, kind) as front:
            yield front


@contextmanager
def package_lambda(package: Packaged, env: Mapping[str, str], kind: Kind = "http-api") -> Iterator[Front]:
    """The package alone: its own files, the layer's git and nothing else on the PATH, no network."""
    layer = package.layer / "bin"
    with lambda_front(
        package.function,
        {"PATH": str(layer), **env},
        layer,
        kind,
        interpreter=(str(package.python.program),),
        runtime=package.runtime,
        handler="offline.handler",
    ) as front:
        yield front
