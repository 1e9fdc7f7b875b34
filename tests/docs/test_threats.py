"""Each threat of the security guide has a test that carries its number."""

import re

from tests.docs.pages import ROOT, cells


def numbers_of_tests() -> set[int]:
    """N of every `test_threat_N_…`."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    names = re.findall(r"def (test_\w*threat_\w+)\(", text)
    return {int(number) for name in names for number in re.findall(r"threat_(\d+)", name)}


def test_each_threat_has_its_test_and_none_is_left_over() -> None:
    listed = {int(cell) for cell in cells("docs/security.md") if cell.isdigit()}

    assert listed == set(range(1, 36))
    assert numbers_of_tests() == listed
