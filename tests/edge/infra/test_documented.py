"""docs/infrastructure.md and docs/operations.md say what the program does."""

import asyncio
from pathlib import Path

import pulumi
import pytest

from infra.alarms import ALARMS, Alarm
from infra.configuration import configured
from infra.policies import WILDCARDS
from infra.reader import Reader
from tests.docs.pages import cells, text
from tests.edge.infra.graph import SECRETS, Graph, stack_file

pytestmark = pytest.mark.edge

PAGE = "docs/infrastructure.md"
INFRA = Path(__file__).parents[3] / "infra"
NO_PART = {
    f"{name}.py" for name in ("__init__", "__main__", "component", "policies", "place", "reader", "subjects")
}
"""They make no resource."""


def row(alarm: Alarm) -> str:
    """An alarm's line in the table."""
    sign = "below" if alarm.below else "at least"
    share = f" of the {alarm.share_of}" if alarm.share_of else ""
    often = f", {alarm.periods} times" if alarm.periods > 1 else ""
    silent = ", or no data" if alarm.silent else ""
    metric = f"{alarm.namespace.format(stack='…')} {alarm.metric}"
    rings = f"{alarm.statistic} {sign} {alarm.threshold:,g}{share} in {alarm.period // 60} min{often}{silent}"
    return f"| `{alarm.name}` | {alarm.failure} | `{metric}` | {rings} |"


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_an_alarm_has_its_row_and_what_to_do(alarm: Alarm) -> None:
    assert row(alarm) in text(PAGE).splitlines()
    assert f"\n### {alarm.name}\n" in text("docs/operations.md")


def test_each_setting_of_a_stack_has_its_row() -> None:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_all_config({**stack_file("production"), **SECRETS}, list(SECRETS))
    reader = Reader(pulumi.Config("wikibot"))
    configured(reader, "production")
    loop.run_until_complete(asyncio.gather(*asyncio.all_tasks(loop)))
    loop.close()
    asyncio.set_event_loop(None)
    documented = {cell.strip("`") for cell in cells(PAGE) if cell.startswith("`wikibot:")}
    assert documented == reader.keys


def test_each_file_that_makes_something_is_named() -> None:
    parts = {path.name for path in INFRA.glob("*.py")} - NO_PART
    assert [name for name in sorted(parts) if f"`{name}`" not in text(PAGE)] == []


def test_outputs_are_named(graph: Graph) -> None:
    assert [name for name in graph.outputs if f"`{name}`" not in text(PAGE)] == []


def test_each_wildcard_is_listed() -> None:
    assert [sid for sid in WILDCARDS if f"`{sid}`" not in text(PAGE)] == []
