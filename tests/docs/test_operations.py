"""Each alarm of the deployment has its section in docs/operations.md; the guides are found."""

import re

from gateway.otterwiki_names import REFUSED
from tests.docs.pages import ROOT, text

BUDGET = "budget"
"""An alarm of its own kind; the others stand in one table of data."""


def alarms() -> set[str]:
    """The names in infra/alarms.py; none before there is such a file."""
    table = ROOT / "infra" / "alarms.py"
    if not table.exists():
        return set()
    return set(re.findall(r"\bAlarm\(\s*\"([a-z0-9-]+)\"", table.read_text(encoding="utf-8")))


def sections() -> set[str]:
    """The third headings below *When an alarm rings*."""
    chapter = text("docs/operations.md").partition("## When an alarm rings")[2].partition("\n## ")[0]
    return set(re.findall(r"^### (\S+)$", chapter, re.MULTILINE))


def test_each_alarm_has_its_section_and_none_is_left_over() -> None:
    named = alarms()
    assert BUDGET in sections()
    assert named - sections() == set()
    assert not named or sections() == named | {BUDGET}


def test_a_section_says_something() -> None:
    chapter = text("docs/operations.md").partition("## When an alarm rings")[2].partition("\n## ")[0]
    parts = re.split(r"^### \S+$", chapter, flags=re.MULTILINE)
    assert all(len(part.split()) > 10 for part in parts[1:])


def test_what_stops_the_start_is_in_the_guide_for_those_who_move() -> None:
    moved = ("REPOSITORY", "SQLALCHEMY_DATABASE_URI", "AUTH_METHOD", "OTTERWIKI_SETTINGS")
    assert set(moved) <= set(REFUSED)
    for name in moved:
        assert f"`{name}`" in text("docs/migrate.md")


def test_readers_are_led_to_the_guides() -> None:
    for name in ("deploy", "operations", "migrate"):
        assert f"(docs/{name}.md" in text("README.md")
