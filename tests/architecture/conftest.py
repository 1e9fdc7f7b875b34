"""What the architecture tests share."""

from collections.abc import Iterator

import pytest

from tests.architecture.tracked import tree


@pytest.fixture(scope="package", autouse=True)
def forgotten_trees() -> Iterator[None]:
    """All syntax trees at once are 900,000 objects, which every garbage collection of the run would visit,
    and which make it put off the full one."""
    yield
    tree.cache_clear()
