"""The unpacked package answers alone: its own files, the layer's git, the real runtime client, no network."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.package.install import REQUIREMENTS, ROOT
from infra.package.target import here
from infra.package.tree import files, size
from tests.edge.lambdas import package_lambda
from tests.edge.packaged import BUILDER, Packaged, build_zips, version
from tests.edge.runtime_api import Front

pytestmark = pytest.mark.edge
TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


@pytest.fixture(scope="module")
def front(package: Packaged, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The function over a new data folder."""
    environment = {
        "WIKIBOT_DATA": str(tmp_path_factory.mktemp("wiki") / "data"),
        "WIKIBOT_ALLOW_ANONYMOUS_WRITE": "true",
        "WIKIBOT_EMBEDDINGS": "stand-in",
        "GIT_WEB_SERVER": "True",
    }
    with package_lambda(package, environment) as front:
        yield front


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/healthz", '"ok"'),
        ("/", "<!DOCTYPE html>"),
        ("/-/about", "Otter Wiki"),
        ("/-/changelog/feed.rss", "<rss"),
        ("/static/mathjax/tex-chtml.js", "MathJax"),
        ("/static/mathjax/output/svg.js", "svg"),
        ("/api/v1/pages", '"pages"'),
        ("/api/v1/search?q=git&mode=hybrid", '"results"'),
        ("/metrics", "wikibot_requests_total"),
    ],
)
def test_each_kind_of_page_is_answered(front: Front, path: str, part: str) -> None:
    answer = httpx.get(front.url + path, timeout=60)
    assert answer.status_code == 200, answer.text
    assert part in answer.text


def test_agents_are_answered(front: Front) -> None:
    headers = {"accept": "application/json, text/event-stream"}
    answer = httpx.post(f"{front.url}/mcp", json=TOOLS, headers=headers, timeout=60)
    assert "read_page" in {tool["name"] for tool in answer.json()["result"]["tools"]}


def test_a_page_that_was_written_comes_out_of_a_clone(front: Front, tmp_path: Path) -> None:
    put = httpx.put(f"{front.url}/api/v1/pages/packed", json={"content": "from the package\n"}, timeout=60)
    assert put.status_code == 201, put.text
    subprocess.run(["git", "clone", "-q", f"{front.url}/.git", tmp_path / "clone"], check=True, timeout=60)
    assert (tmp_path / "clone" / "packed.md").read_text() == "from the package\n"


def test_a_module_from_elsewhere_or_the_network_would_have_been_refused(package: Packaged) -> None:
    code = f"import sys; sys.path[:0] = {[str(package.function), str(package.runtime)]!r}; import offline; "
    command: list[str | Path] = [package.python.program, "-I", "-S", "-W", "ignore", "-c"]
    for attempt in (
        f"open({str(Path(__file__))!r})",
        "import socket; socket.create_connection(('192.0.2.1', 80))",
    ):
        done = subprocess.run([*command, code + attempt], capture_output=True, text=True, check=False)
        refusals = ("not in the package", "no names", "no network")
        assert any(word in done.stderr for word in refusals), done.stderr
    subprocess.run([*command, f"{code}open({str(package.function / 'six.pyc')!r}, 'rb')"], check=True)


def test_no_module_had_to_be_compiled(front: Front, package: Packaged) -> None:
    """The folder can be written to here: Python would have left bytecode beside what it compiled."""
    httpx.get(f"{front.url}/", timeout=60)
    packed = json.loads((package.zips / "manifest.json").read_text())["packages"][here()]
    assert len(files(package.function)) == packed["function"]["files"]


def test_git_finds_its_libraries_in_the_layer(package: Packaged) -> None:
    git = package.layer / "bin" / "git"
    loaded = subprocess.run(
        [git], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True, check=True
    )
    for library in ("libpcre2-8.so.0", "libz.so.1"):
        assert f"{library} => {package.layer}/bin/../lib/{library}" in loaded.stdout


def test_the_manifest_says_what_is_in_the_zips(package: Packaged) -> None:
    row = json.loads((package.zips / "manifest.json").read_text())["packages"][here()]
    for part, folder in (("function", package.function), ("layer", package.layer)):
        data = (package.zips / row[part]["name"]).read_bytes()
        assert row[part]["sha256"] == hashlib.sha256(data).hexdigest()
        assert row[part]["unzipped"] == size(folder)
    assert row["unzipped"] == size(package.function) + size(package.layer) <= row["limit"]
    assert all(left["reason"] in package.said for left in row["left_out"])


def test_a_second_build_gives_the_same_bytes(package: Packaged, tmp_path: Path) -> None:
    build_zips(tmp_path)
    first, second = (
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.zip")}
        for folder in (package.zips, tmp_path)
    )
    assert len(first) == 2
    assert first == second


INSTALL = """
import sys
from pathlib import Path
from infra.package.install import install
from infra.package.target import TARGETS
install(TARGETS[sys.argv[1]], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
"""


def install_from(requirements: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """As the build does it, in the builder's own environment."""
    command: list[str | Path] = [BUILDER, "-c", INSTALL, here(), version(), folder, requirements]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_distribution_with_another_hash_is_refused(tmp_path: Path) -> None:
    lines = REQUIREMENTS.read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("six=="))
    block = "\n".join([lines[start], *(line for line in lines[start + 1 : start + 3] if "--hash" in line)])
    right, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    right.write_text(block.rstrip("\\ ") + "\n")
    wrong.write_text(re.sub("sha256:.", "sha256:0", right.read_text()))
    assert right.read_text() != wrong.read_text()

    refused = install_from(wrong, tmp_path / "refused")
    assert "A changed hash means" in refused.stderr
    assert "Hash mismatch" in refused.stderr
    taken = install_from(right, tmp_path / "taken")
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "taken" / "six.py").exists()
