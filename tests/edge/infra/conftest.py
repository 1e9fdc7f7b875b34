"""The graphs of both stacks, built once."""

import pytest

from tests.edge.infra.graph import Graph, build

STACKS = ("small", "production")


@pytest.fixture(scope="session")
def graphs() -> dict[str, Graph]:
    """By stack, as the repository configures it. Not to be changed: take a copy."""
    return {stack: build(stack) for stack in STACKS}


@pytest.fixture(params=STACKS)
def graph(request: pytest.FixtureRequest, graphs: dict[str, Graph]) -> Graph:
    """A copy of either stack's graph."""
    return graphs[request.param].copy()
