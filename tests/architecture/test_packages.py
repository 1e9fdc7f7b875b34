"""The four packages are ours, whatever else is installed under such general names."""

from pathlib import Path

import pytest

import auth
import gateway
import search
import wiki_app
from tests.architecture.tracked import modules

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "package", [auth, gateway, search, wiki_app], ids=lambda package: str(package.__name__)
)
def test_package_comes_from_this_repository(package: object) -> None:
    assert Path(str(vars(package)["__file__"])) == ROOT / str(vars(package)["__name__"]) / "__init__.py"


def test_every_folder_with_tests_is_a_package() -> None:
    folders = {path.parent for path in modules("tests")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
