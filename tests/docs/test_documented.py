"""Whatever a user can set, call or meet stands in the documentation."""

import re
import tomllib

import pytest

from gateway.errors import STATUS
from gateway.otterwiki_names import OTTERWIKI_NAMES, REFUSED, REFUSED_PREFIXES
from gateway.rest.app import DECLARED
from gateway.settings import variables
from tests.docs.pages import LINK, NAMES, ROOT, cells, documents, text

ROUTES = sorted({(declared.path, declared.method) for declared in DECLARED})
DOCUMENT_IDS = [path.relative_to(ROOT).as_posix() for path in documents()]


def test_each_setting_has_its_row_and_no_row_is_left_over() -> None:
    documented = {cell.strip("`") for cell in cells("docs/settings.md")}
    assert {name for name in documented if name.startswith(("WIKIBOT_", "OTTERWIKI_"))} == set(variables())


def test_otterwikis_own_settings_are_named() -> None:
    block = NAMES.search(text("docs/settings.md"))
    assert block is not None
    assert set(re.findall(r"`([A-Z_]+)`", block[1])) == OTTERWIKI_NAMES


@pytest.mark.parametrize("name", [*REFUSED, *REFUSED_PREFIXES])
def test_what_stops_the_start_is_named(name: str) -> None:
    assert f"`{name}`" in text("docs/settings.md")


@pytest.mark.parametrize(("path", "method"), ROUTES, ids=str)
def test_each_route_is_documented(path: str, method: str) -> None:
    shown = f"`{path.replace(':path', '')}`"
    rows = [line for line in text("docs/rest.md").splitlines() if shown in line]
    if path.startswith("/page/") or path == "/page":
        assert shown in text("docs/rest.md") or f"`{path}?path=…`" in text("docs/rest.md")
    else:
        assert any(method in row.split("`")[0] or f"{method} {shown}" in row for row in rows)


@pytest.mark.parametrize(("code", "status"), sorted(STATUS.items()))
def test_each_error_code_is_documented_with_its_status(code: str, status: int) -> None:
    assert f"| `{code}` | {status} |" in text("docs/rest.md")


def test_each_dependency_has_its_sentence() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    optional = [name for names in project["optional-dependencies"].values() for name in names]
    needed = {re.split(r"[\[<>=!;~ ]", name)[0] for name in (*project["dependencies"], *optional)}
    written = text("docs/dependencies.md")
    assert [name for name in sorted(needed) if name not in written] == []
    assert len(project["dependencies"]) <= 16


def test_each_decision_is_in_the_index() -> None:
    records = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert set(re.findall(r"\((0[\w-]+\.md)\)", text("docs/decisions/README.md"))) == records


@pytest.mark.parametrize("document", documents(), ids=DOCUMENT_IDS)
def test_links_between_documents_lead_somewhere(document: object) -> None:
    path = next(path for path in documents() if path == document)
    targets = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]
    pictures = {"docs/images/page.png"}  # made by `make test-edge`
    missing = [link for link in targets if not (path.parent / link).exists() and link not in pictures]
    assert missing == []


def test_each_command_and_door_is_named() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in documents())
    commands = [
        f"wikibot {name}" for name in ("serve", "import", "backup", "restore", "search", "reindex", "doctor")
    ]
    for name in (*commands, "/healthz", "/readyz", "/metrics"):
        assert name in everything
