"""An empty auth.db with a clock that tests move."""

from pathlib import Path

import pytest

from auth.storage import Database
from tests.auth.clock import Hands


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auth.db"


@pytest.fixture
def database(path: Path, clock: Hands) -> Database:
    return Database(path, clock)
