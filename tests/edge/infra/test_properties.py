"""Every property holds in both stacks, and each notices what would break it (DECISIONS 40)."""

import pytest

from infra.policies import WILDCARDS
from tests.edge.infra import data, network, operations, policies
from tests.edge.infra.graph import Graph
from tests.edge.infra.properties import Property

pytestmark = pytest.mark.edge

PROPERTIES = [*policies.PROPERTIES, *data.PROPERTIES, *network.PROPERTIES, *operations.PROPERTIES]
MUTATIONS = [(proper, name) for proper in PROPERTIES for name in proper.mutations]


@pytest.mark.parametrize("proper", PROPERTIES, ids=lambda proper: proper.name)
def test_it_holds(graph: Graph, proper: Property) -> None:
    assert proper.problems(graph) == []


@pytest.mark.parametrize(("proper", "mutation"), MUTATIONS, ids=[f"{p.name}: {m}" for p, m in MUTATIONS])
def test_it_notices(graph: Graph, proper: Property, mutation: str) -> None:
    proper.mutations[mutation](graph)
    assert proper.problems(graph) != []


def test_each_property_has_a_mutation() -> None:
    assert [proper.name for proper in PROPERTIES if not proper.mutations] == []


def test_no_wildcard_is_written_down_in_vain(graphs: dict[str, Graph]) -> None:
    used = {s["Sid"] for graph in graphs.values() for _, s in graph.statements() if policies.is_wild(s)}
    assert sorted(set(WILDCARDS) - used) == []
