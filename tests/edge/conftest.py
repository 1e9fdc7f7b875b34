"""What the edge tests share: where the collections lie, and where pictures go."""

from pathlib import Path

import pytest

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
