"""What goes, what stays, and what stops the build."""

from pathlib import Path, PurePosixPath

import pytest

from infra.package.errors import PackageError
from infra.package.guard import check_size
from infra.package.leave_out import RULES, check_installed, is_metadata, leave_out
from infra.package.tree import installed


def goes(name: str) -> bool:
    path = PurePosixPath(name)
    return not is_metadata(path) and any(rule.matches(path) for rule in RULES)


@pytest.mark.parametrize(
    ("gone", "stays"),
    [
        ("Cython/Compiler/Code.py", "cython_notes/Code.py"),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", "botocore/data/s3/2006-03-01/service-2.json.gz"),
        ("botocore/data/ec2/paginators.json", "botocore/data/endpoints.json"),
        ("numpy/lib/tests/test_io.py", "numpy/testing/__init__.py"),
        ("smmap/test/lib.py", "werkzeug/test.py"),
        ("otterwiki/static/mathjax/tex-svg.js", "otterwiki/static/mathjax/tex-chtml.js"),
        ("otterwiki/static/mathjax/mml-svg.js", "otterwiki/static/mathjax/output/svg.js"),
        ("bin/flask", "fastmcp/bin/flask"),
        ("lxml/etree.pyx", "lxml-6.1.1.dist-info/licenses/etree.pyx"),
    ],
)
def test_a_rule_takes_what_it_names_and_not_its_neighbour(gone: str, stays: str) -> None:
    assert (goes(gone), goes(stays)) == (True, False)


def write(folder: Path, name: str, text: str = "x") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "thing/__init__.py")
    write(tmp_path, "thing/tests/test_thing.py", "x" * 10)
    write(tmp_path, "thing-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: thing\nVersion: 1\n")
    write(tmp_path, "thing-1.dist-info/entry_points.txt", "[parts]\none = thing:one\n")
    write(tmp_path, "thing-1.dist-info/tests/notes")
    return tmp_path


def test_it_says_how_much_each_rule_took_and_leaves_metadata_alone(tree: Path) -> None:
    taken = {row.reason: (row.files, row.bytes) for row in leave_out(tree) if row.files}
    assert taken == {"tests of other projects": (1, 10)}
    assert not (tree / "thing" / "tests").exists()
    assert (tree / "thing-1.dist-info" / "tests" / "notes").exists()


def test_a_lost_distribution_stops_the_build(tree: Path) -> None:
    before = installed(tree)
    check_installed(tree, before)
    (tree / "thing-1.dist-info" / "entry_points.txt").unlink()
    with pytest.raises(PackageError, match="took entry points"):
        check_installed(tree, before)


def test_a_package_over_its_limit_is_refused_with_its_largest_parts(tmp_path: Path) -> None:
    write(tmp_path, "large/one", "x" * 3_000_000)
    write(tmp_path, "small/two", "x" * 1_000)
    assert check_size(3_001_000, tmp_path) == 3_001_000
    with pytest.raises(PackageError) as caught:
        check_size(3_000_999, tmp_path)
    rows = str(caught.value).splitlines()[1:]
    assert [row.split() for row in rows] == [["large", "2.9", "MiB"], ["small", "0.0", "MiB"]]
