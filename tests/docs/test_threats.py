"""Each threat of the security guide has a test that carries its number, in the files that its row names."""

import re
from collections import defaultdict

from tests.docs.pages import ROOT, text

ROW = re.compile(r"^\| (\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
TESTS = ROOT / "tests"


def files_of_tests() -> dict[int, set[str]]:
    """N of every `test_threat_N_…` → where it stands, from tests/."""
    found = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for name in re.findall(r"def (test_\w*threat_\w+)\(", path.read_text(encoding="utf-8")):
            for number in re.findall(r"threat_(\d+)", name):
                found[int(number)].add(path.relative_to(TESTS).as_posix())
    return dict(found)


def test_each_threat_has_its_tests_and_its_row_names_their_files() -> None:
    rows = {
        int(number): set(re.findall(r"`([^`]+)`", cell))
        for number, cell in ROW.findall(text("docs/security.md"))
    }

    assert set(rows) == set(range(1, 36))
    assert rows == files_of_tests()
