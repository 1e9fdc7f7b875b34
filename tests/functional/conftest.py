"""A small wiki behind the composed app, for REST and for agents."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functional.agents import Agent, open_agent
from tests.functional.rest import Rest, make_seed, open_rest
from tests.functional.through import NOT_THROUGH, WAYS, Chosen


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--through", choices=WAYS, default=WAYS[0], help="what the functional tests speak to")


def pytest_configure(config: pytest.Config) -> None:
    Chosen.way = config.getoption("--through", WAYS[0])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot be asked in this way (through.py says why)."""
    left_out = NOT_THROUGH.get(Chosen.way, {})
    found = [item for item in items if item.name in left_out]
    config.hook.pytest_deselected(items=found)
    items[:] = [item for item in items if item.name not in left_out]


def pytest_unconfigure() -> None:
    if Chosen.way == "lambda":
        from tests.functional.through_lambda import end  # it needs the Lambda runtime client

        end()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small wiki and its derived files, to be copied."""
    data = make_seed(tmp_path_factory.mktemp("seed") / "data")
    asyncio.run(_warm(data))
    return data


async def _warm(data: Path) -> None:
    async with open_rest(data) as rest:
        await rest.http.get("search?q=otter")


@pytest.fixture
def data(seed: Path, tmp_path: Path) -> Path:
    """A copy of the small wiki for one test."""
    shutil.copytree(seed, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
async def rest(data: Path) -> AsyncIterator[Rest]:
    """The small wiki, whose owner everybody is."""
    async with open_rest(data) as rest:
        yield rest


@pytest.fixture
async def agent(data: Path) -> AsyncIterator[Agent]:
    """The same over MCP, as of 2026-07-28."""
    async with open_agent(data) as agent:
        yield agent
