"""What the edge tests share: where the collections lie, where pictures go, and the package."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edge.packaged import Packaged, build_packaged

COLLECTIONS = Path(__file__).parents[2].parent / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, default=None, help="folder for the screenshots")


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """The folder for screenshots, when one was asked for (`make pictures`)."""
    folder: Path | None = request.config.getoption("--pictures")
    return folder


@pytest.fixture(scope="session")
def docs_bundle() -> Path:
    """Otter Wiki's documentation as a git bundle: 17 pages, with attachments and 108 commits."""
    bundle = COLLECTIONS / "otterwiki-docs.bundle"
    assert bundle.exists(), f"{bundle} is missing: the collections lie beside the project"
    return bundle


@pytest.fixture(scope="session")
def package() -> Iterator[Packaged]:
    """What would be deployed, unpacked; built once, which takes one minute of CPU time. Not in pytest's own
    folder, which is searched for secrets: other projects' examples look like some."""
    with tempfile.TemporaryDirectory(prefix="wikibot-package-") as folder:
        yield build_packaged(Path(folder))
